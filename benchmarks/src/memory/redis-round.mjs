// @ts-check
// Measures the memory that 100,000 marks of tokens, or keys of a blacklist, take on a separate
// server.
import { parseArgs } from 'node:util'
import { batchesOf, createPayload } from '../measure/tokens.mjs'
import { withRedis } from '../redis/connection.mjs'
import { variants } from './redis-variants.mjs'

/** @typedef {import('@revoked/testing').RedisServer} RedisServer */

const { values } = parseArgs({ options: { variant: { type: 'string', default: 'revoked' } } })

const count = 100_000
const sampleCount = 1_000

/** @param {RedisServer} server */
async function usedMemory(server) {
  const info = String(await server.command('INFO', 'memory'))
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
}

/**
 * Returns the memory of the keys of some tokens, as the server reports it. @param {RedisServer}
 * server @param {readonly string[]} keys
 */
async function bytesPerKey(server, keys) {
  const sizes = await server.commands(...keys.map((key) => /** @type {const} */ (['MEMORY', 'USAGE', key])))
  if (!sizes.every((size) => typeof size === 'number')) throw new Error('A key is missing.')
  return sizes.reduce((sum, size) => sum + Number(size), 0) / sizes.length
}

const log = '{revoked:0}:log'

/**
 * Returns the memory of an entry of the change log, or 0 if there is none. @param {RedisServer}
 * server
 */
async function measureEntry(server) {
  const [entries, size] = await server.commands(['XLEN', log], ['MEMORY', 'USAGE', log, 'SAMPLES', '0'])
  return Number(entries) === 0 ? 0 : Number(size) / Number(entries)
}

const result = await withRedis('ioredis', async (connection, server) => {
  const { revoke, keyOf } = variants[/** @type {keyof typeof variants} */ (values.variant)](connection)
  const tokens = Array.from({ length: count }, createPayload)
  // Loads the scripts and allocates the buffers of connections before the measurement.
  await revoke([createPayload()])
  const before = await usedMemory(server)
  for (const batch of batchesOf(tokens, 500)) await revoke(batch)
  const bytesPerEntry = await measureEntry(server)
  // The log does not grow with the number of marks.
  await server.command('DEL', log)
  const after = await usedMemory(server)
  const sample = tokens.filter((_, index) => index % (count / sampleCount) === 0)
  return {
    bytesPerKey: await bytesPerKey(server, sample.map(keyOf)),
    bytesPerEntry,
    bytesUsed: (after - before) / count,
  }
})
console.log(JSON.stringify(result))
