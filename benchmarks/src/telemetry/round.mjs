// @ts-check
// All variants, in a process each, which take turns of some ms in a random order: a slow phase of
// the machine affects all of them, and none has traces of others in its inline caches.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { spreadOf } from '../measure/figures.mjs'

const { values } = parseArgs({
  options: { variants: { type: 'string', default: '["plain"]' }, turns: { type: 'string', default: '300' } },
})

const warmUpTurns = 60
const script = fileURLToPath(new URL('worker.mjs', import.meta.url))
/** @type {readonly string[]} */
const names = JSON.parse(values.variants)
const workers = names.map((name) => ({
  child: fork(script, [`--variant=${name}`]),
  times: /** @type {number[]} */ ([]),
}))
for (const { child } of workers) child.once('exit', () => process.exit(1))
await Promise.all(workers.map(({ child }) => once(child, 'message')))

for (let turn = -warmUpTurns; turn < Number(values.turns); turn++) {
  for (const { child, times } of shuffled(workers)) {
    const time = await ask(child, 'turn')
    if (turn >= 0) times.push(time)
  }
}
for (const { child } of workers) await ask(child, 'end')

const yardstick = workers[0]?.times ?? []
const parts = workers.map(({ times }) => ({
  ns: spreadOf(times).median,
  cost: spreadOf(times.map((time, turn) => time / (yardstick[turn] ?? Number.NaN))).median,
}))
console.log(JSON.stringify({ parts: { ...parts } }))
process.exit()

/** @param {import('node:child_process').ChildProcess} child @param {'turn' | 'end'} message */
async function ask(child, message) {
  const answer = once(child, 'message')
  child.send(message)
  return Number((await answer)[0])
}

/** @template T @param {readonly T[]} items */
function shuffled(items) {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}
