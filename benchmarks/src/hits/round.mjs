// @ts-check
// One variant under growing shares of tokens that were seen before, over a separate server, which
// counts the commands.
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { createPayload } from '../measure/tokens.mjs'
import { variants } from './variants.mjs'

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'layered' },
    loads: { type: 'string', default: '[{"seen":90,"concurrency":1}]' },
  },
})

/** @typedef {{ readonly seen: number, readonly concurrency: number }} Load `seen`: in percent */
/** @type {readonly Load[]} */
const loads = JSON.parse(values.loads)
const requestCount = 2_000
const seenCount = 1_000
const revokedEvery = 100

const seen = Array.from({ length: seenCount }, createPayload)
const streams = loads.map((load) => streamOf(load.seen))
const server = await startRedis()
const create = variants[values.variant]
if (create === undefined) throw new RangeError(`There is no variant ${values.variant}.`)
const tokens = [...new Set([...seen, ...streams.flat()])]
const revokedTokens = tokens.filter((_, place) => place % revokedEvery === 0)
const revoked = new Set(revokedTokens)
const { url, host, port } = server
const { look, commands } = await create({ url, host, port, tokens, revokedTokens })
await askAll(seen, 1)

/** @type {Record<string, object>} */
const parts = {}
for (const [index, { concurrency }] of loads.entries()) {
  const before = await countCommands()
  await askAll(streams[index] ?? [], concurrency)
  const perThousand = (((await countCommands()) - before) * 1_000) / requestCount
  parts[index] = { perThousand, server: `${server.binary.kind} ${server.binary.version}` }
}
console.log(JSON.stringify({ parts }))
process.exit()

/**
 * Returns requests of which this share is of tokens that were seen before, spread evenly, and all
 * others of tokens that never were.
 *
 * @param {number} percent
 */
function streamOf(percent) {
  return Array.from({ length: requestCount }, (_, place) => {
    const isSeen = Math.floor(((place + 1) * percent) / 100) > Math.floor((place * percent) / 100)
    const known = seen[(place * 7) % seenCount]
    return isSeen && known !== undefined ? known : createPayload()
  })
}

/**
 * @param {readonly import('../measure/tokens.mjs').Payload[]} stream @param {number} concurrency
 */
async function askAll(stream, concurrency) {
  const rest = stream.values()
  async function work() {
    for (const token of rest) {
      const answer = await look(token)
      if ((answer === true || answer === 'revoked') === revoked.has(token)) continue
      throw new Error('A wrong answer was given.')
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

/** Counts the commands that the variant reads with. */
async function countCommands() {
  const info = String(await server.command('INFO', 'commandstats'))
  const callsOf = (/** @type {string} */ name) =>
    Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return commands.reduce((sum, name) => sum + callsOf(name), 0)
}
