// @ts-check
// Checks of tokens that were never looked up, over one kind of store.
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { Bench } from 'tinybench'
import { createTokenTexts, parseTokens, revokedAmong, revokedCount, tokenCount } from '../measure/tokens.mjs'
import { createMirror, maxMarks, recordMarks, untilLive } from './remote.mjs'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'mirror' },
    marks: { type: 'string', default: '300' },
    time: { type: 'string', default: '1000' },
  },
})

const server = await startRedis()
const texts = createTokenTexts()
const tokens = parseTokens(texts)
const { revokedTokens } = revokedAmong(texts, { jti: revokedCount, sid: 0, sub: 0 })

async function createCandidate() {
  if (values.store === 'memory') {
    const store = memoryStore({ maxMarks })
    await fill(store)
    return { revocation: createRevocation({ store, maxTokenLifetime: '24h' }) }
  }
  // The mirror begins afterwards, because it would ask for what it has written itself.
  await fill(redisStore(new Redis(server.url)))
  // Other processes of the machine may take longer than the default lease.
  const { store, revocation } = createMirror(server.url, { maxStaleness: '10s' })
  await untilLive(store)
  return { revocation, store }
}

/** @param {import('@revoked/core').RevocationStore} store */
async function fill(store) {
  await recordMarks(store, Number(values.marks))
  const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
  await revocation.revoke(revokedTokens.map((token) => ({ token })))
}

const { revocation, store } = await createCandidate()

async function checkAll() {
  let count = 0
  for (const token of tokens) {
    const verdict = await revocation.check(token)
    if (!verdict.allowed) count++
  }
  if (count !== revokedCount) throw new Error(`${count} tokens are revoked.`)
}

const bench = new Bench({
  time: Number(values.time),
  warmupTime: Number(values.time) / 2,
  iterations: 32,
  throws: true,
})
bench.add(values.store, checkAll, { beforeEach: () => setImmediate() })
// The first check agrees on the settings.
await checkAll()
const askedBefore = store?.status().localShare
const [task] = await bench.run()
const result = task?.result
if (result?.state !== 'completed') throw new Error(`The benchmark ended ${result?.state}.`)
if ((store?.status().localShare ?? 1) < (askedBefore ?? 1)) throw new Error('The server was asked.')

const { binary } = server
console.log(
  JSON.stringify({
    perSecond: (tokenCount * 1_000) / result.latency.p50,
    server: `${binary.kind} ${binary.version}`,
  }),
)
await server.stop()
process.exit()
