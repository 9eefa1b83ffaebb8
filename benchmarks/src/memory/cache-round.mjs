// @ts-check
// Measures the heap of the local cache, before and after a flood of ids.
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { startRedis } from '@revoked/testing'
import { createLayered, keysAsked, keysPerCheck } from '../layered/revocation.mjs'
import { processBytes } from '../measure/process-bytes.mjs'
import { batchesOf, createId, createPayload } from '../measure/tokens.mjs'

const maxEntries = 100_000
const floodCount = 300_000
const subjectCount = 1_000
const atATime = 1_000

const server = await startRedis()
/** @param {import('@revoked/core').Revocation} revocation @param {Iterable<object>} tokens */
async function checkAll(revocation, tokens) {
  for (const batch of batchesOf(tokens, atATime)) {
    const answers = await Promise.all(batch.map((claims) => revocation.isRevoked(claims)))
    assert(!answers.includes(true))
    await setImmediate()
  }
}

/** @param {number} count @param {() => object} create */
function* generate(count, create) {
  for (let index = 0; index < count; index++) yield create()
}

const lifetime = { iat: Math.floor(Date.now() / 1_000), exp: Math.floor(Date.now() / 1_000) + 900 }

// Warms up: the code is compiled, and the connection has its buffers.
const other = await createLayered(server.url, { maxEntries: atATime })
await checkAll(other.revocation, generate(10 * atATime, createPayload))
await other.store.close()

const bytesBefore = processBytes()
const { store, revocation } = await createLayered(server.url, { maxEntries })
await checkAll(revocation, generate(maxEntries, createPayload))
const entriesFull = Object.values(store.status().entries).reduce((sum, count) => sum + count, 0)
const bytesFull = processBytes()

const subjects = Array.from({ length: subjectCount }, () => ({ sub: `user-${createId()}`, ...lifetime }))
await checkAll(revocation, subjects)
await checkAll(
  revocation,
  generate(floodCount, () => ({ jti: createId(), ...lifetime })),
)
const bytesFlooded = processBytes()
const { jti } = store.status().entries
const keysBefore = maxEntries * keysPerCheck + (subjectCount + floodCount) * 2
const askedBefore = keysAsked(store, keysBefore)
await checkAll(revocation, subjects)
const subjectsAsked = keysAsked(store, keysBefore + subjectCount * 2) - askedBefore

console.log(
  JSON.stringify({
    bytesUsed: (bytesFull - bytesBefore) / entriesFull,
    bytesAfterFlood: (bytesFlooded - bytesBefore) / entriesFull,
    idsAfterFlood: jti,
    subjectsAsked,
    server: `${server.binary.kind} ${server.binary.version}`,
  }),
)
await server.stop()
process.exit()
