import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problemsOf } from '../src/results/format.mjs'

const committed = new URL('../results/results.json', import.meta.url)

const series = { variant: 'a', group: { concurrency: 1 }, metric: 'checks', unit: 'per second' }
const measured = { ...series, values: [3, 1], median: 2, min: 1, max: 3 }
const result = {
  title: 'A benchmark',
  machine: { cpu: 'x', cores: 2, memory: 1, os: 'y' },
  node: '24.0.0',
  versions: { ioredis: '6.0.0' },
  servers: { redis: '7.0.15' },
  date: '2026-11-26T12:00:00.000Z',
  seconds: 3,
  rounds: 2,
  targets: { fast: true },
  series: [measured],
}

/** Returns the problems of a results file with one benchmark, which differs by these properties. */
function problemsWith(changes: object): string[] {
  return problemsOf({ schema: 1, benchmarks: { one: { ...result, ...changes } } })
}

test('accepts the committed results', () => {
  expect(problemsOf(JSON.parse(readFileSync(committed, 'utf8')))).toEqual([])
})

test('accepts a result, and a variant that failed after a round', () => {
  expect(problemsWith({})).toEqual([])
  const failed = [{ variant: 'a', group: { concurrency: 1 }, error: 'Error: no' }]
  expect(problemsWith({ failed, series: [{ ...series, values: [3], median: 3, min: 3, max: 3 }] })).toEqual([])
})

test.each([
  ['a missing title', { title: '' }, 'one: It has no title.'],
  ['a machine without memory', { machine: { cpu: 'x', cores: 2, os: 'y' } }, 'one: Its machine is incomplete.'],
  ['a date without a time', { date: '2026-11-26' }, 'one: Its date is not in ISO 8601.'],
  ['a target that was not judged', { targets: { fast: null } }, 'one: A target is neither met nor missed.'],
  ['a failure without its error', { failed: [{ variant: 'b' }] }, 'one: A failure is incomplete.'],
  ['nothing measured and nothing failed', { series: [] }, 'one: It has neither series nor failures.'],
  ['a missing round', { rounds: 3 }, 'one: a, checks lacks a round.'],
  ['a value that is no number', { series: [{ ...measured, values: [null, 1] }] }, 'one: a, checks has no values.'],
  [
    'a wrong extreme',
    { series: [{ ...measured, min: 0 }] },
    'one: The extremes of a, checks are not those of its values.',
  ],
  ['a median outside', { series: [{ ...measured, median: 4 }] }, 'one: a, checks has no median.'],
  ['a nested group', { series: [{ ...measured, group: { load: {} } }] }, 'one: The group of a, checks is not flat.'],
  [
    'the same series twice',
    { series: [measured, measured] },
    'one: There are two series of ["a",{"concurrency":1},"checks"].',
  ],
])('refuses %s', (_, changes, problem) => {
  expect(problemsWith(changes)).toEqual([problem])
})

test('refuses another schema', () => {
  expect(problemsOf({ schema: 2, benchmarks: {} })).toEqual(['The schema is not 1.'])
})
