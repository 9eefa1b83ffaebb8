// @ts-check
// One variant over one client with a number of writes in flight, in a separate process
// and over a separate server.
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { batchesOf, createPayload } from '../measure/tokens.mjs'
import { withRedis } from './connection.mjs'
import { variants } from './writes-variants.mjs'

const { values } = parseArgs({
  options: {
    client: { type: 'string', default: 'ioredis' },
    variant: { type: 'string', default: 'record' },
    batch: { type: 'string', default: '100' },
    callers: { type: 'string', default: '1' },
  },
})

const warmUpCount = 5_000
const measuredCount = 20_000

/** @param {number} count */
function createBatches(count) {
  return [...batchesOf(Array.from({ length: count }, createPayload), Number(values.batch))]
}

/**
 * Runs concurrent callers, each of which writes its next batch after its last one.
 *
 * @param {import('./writes-variants.mjs').Revoke} revoke
 * @param {ReturnType<typeof createBatches>} batches
 */
async function writeAll(revoke, batches) {
  const rest = batches.values()
  async function call() {
    for (const tokens of rest) await revoke(tokens)
  }
  await Promise.all(Array.from({ length: Number(values.callers) }, call))
}

const result = await withRedis(values.client, async (connection, server) => {
  const revoke = variants[/** @type {keyof typeof variants} */ (values.variant)](connection)
  const [warmUp, measured] = [createBatches(warmUpCount), createBatches(measuredCount)]
  await writeAll(revoke, warmUp)
  const startedAt = performance.now()
  await writeAll(revoke, measured)
  const seconds = (performance.now() - startedAt) / 1_000
  await assertWritten(server)
  return { perSecond: measuredCount / seconds }
})
console.log(JSON.stringify(result))

/**
 * Each token has a key, and the log has grown.
 *
 * @param {import('@revoked/testing').RedisServer} server
 */
async function assertWritten(server) {
  const hasLog = values.variant !== 'set'
  const expected = warmUpCount + measuredCount
  const others = hasLog
    ? await server.command('EXISTS', '{revoked:0}:feed', '{revoked:0}:log', '{revoked:0}:settings')
    : 0
  const keys = Number(await server.command('DBSIZE')) - Number(others)
  if (keys !== expected) throw new Error(`Of ${expected} tokens, ${keys} are revoked.`)
  const sequence = await server.command('HGET', '{revoked:0}:feed', 'sequence')
  if (hasLog && !(Number(sequence) > 0)) throw new Error('The log has not grown.')
}
