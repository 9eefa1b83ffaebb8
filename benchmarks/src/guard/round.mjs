// @ts-check
// Compares something of ours with its yardstick, in one process: they take turns, in a random
// order, so that a slow phase of the machine affects both.
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { spreadOf } from '../measure/figures.mjs'
import { createTokenTexts, parseTokens, revokedAmong, revokedCount } from '../measure/tokens.mjs'
import { pairs } from './pairs.mjs'

const { values } = parseArgs({
  options: { pair: { type: 'string', default: 'memory' }, turns: { type: 'string', default: '40' } },
})

const warmUpTurns = 20
const texts = createTokenTexts()
const tokens = parseTokens(texts)
// Of the same objects: the yardsticks compare ids alone.
const { revokedTokens } = revokedAmong(texts, { jti: revokedCount, sid: 0, sub: 0 })
const server = await startRedis()
const { binary, url, host, port } = server
const asksServer = ['redis', 'record'].includes(values.pair)
const create = pairs[values.pair]
if (create === undefined) throw new RangeError(`pair must be one of ${Object.keys(pairs).join(', ')}.`)
const works = await create({ url, host, port, tokens, revokedTokens }, texts)

for (let turn = 0; turn < warmUpTurns; turn++) await measureTurn()
const costs = []
for (let turn = 0; turn < Number(values.turns); turn++) costs.push(await measureTurn())
console.log(JSON.stringify({ cost: spreadOf(costs).median, server: `${binary.kind} ${binary.version}` }))
process.exit()

/** @returns {Promise<number>} the time of ours, relative to that of the yardstick */
async function measureTurn() {
  const isOursFirst = Math.random() < 0.5
  const first = await time(isOursFirst ? works.ours : works.yardstick)
  const second = await time(isOursFirst ? works.yardstick : works.ours)
  return isOursFirst ? first / second : second / first
}

/** @param {import('./pairs.mjs').Work} work */
async function time(work) {
  // Messages of the server arrive.
  await setImmediate()
  const before = await cpuMicros()
  await work()
  return (await cpuMicros()) - before
}

/** Reads the processor time of this process and of the server. */
async function cpuMicros() {
  const info = asksServer ? String(await server.command('INFO', 'cpu')) : ''
  const { user, system } = process.cpuUsage()
  const ofServer = ['sys', 'user'].map((name) =>
    Number(new RegExp(`^used_cpu_${name}:(.+)$`, 'm').exec(info)?.[1] ?? 0),
  )
  return user + system + ofServer.reduce((sum, seconds) => sum + seconds * 1e6, 0)
}
