import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { baselineName, baselineOf } from '../src/guard/baseline.mjs'
import { guardBenchmark, marginOf } from '../src/guard/benchmark.mjs'
import { compare } from '../src/guard/compare.mjs'
import { type BenchmarkResult, problemsOf, type Series } from '../src/results/format.mjs'

const { benchmarks } = JSON.parse(readFileSync(new URL('../results/baseline.json', import.meta.url), 'utf8'))
const [baseline] = Object.values(benchmarks) as [BenchmarkResult, ...BenchmarkResult[]]

/** Returns the titles of what is worse than the baseline, if these series were measured. */
function worseWith(series: readonly Series[]): string[] {
  const comparisons = compare(baseline, { ...baseline, series }, marginOf)
  return comparisons.filter(({ isFine }) => !isFine).map(({ title }) => title)
}

/** Returns the series of the baseline, with the medians of one metric multiplied. */
function multiplied(metric: string, factor: number): Series[] {
  return baseline.series.map((one) => (one.metric === metric ? { ...one, median: one.median * factor } : one))
}

const costs = baseline.series.filter(({ metric }) => metric === 'cost').map(({ variant }) => `${variant}: cost`)

test('the committed baselines are valid, and have a figure of everything that the guard runs', () => {
  expect(problemsOf({ schema: 1, benchmarks })).toEqual([])
  for (const { series } of Object.values<BenchmarkResult>(benchmarks))
    expect(new Set(series.map(({ variant }) => variant))).toEqual(
      new Set(guardBenchmark.runs.map(({ variant }) => variant)),
    )
})

test('accepts what is as good as the baseline, better, or worse within the margin', () => {
  expect(worseWith(baseline.series)).toEqual([])
  expect(worseWith(multiplied('cost', 0.5))).toEqual([])
  expect(worseWith(multiplied('cost', 1.29))).toEqual([])
})

test('refuses checks that cost more than the margin allows', () => {
  expect(costs).toHaveLength(5)
  expect(worseWith(multiplied('cost', 1.31))).toEqual(costs)
})

test('refuses a single round-trip more, where none was needed', () => {
  const series = baseline.series.map((one) => {
    return one.variant.includes('mirroredStore') && one.metric === 'round-trips' ? { ...one, median: 0.5 } : one
  })
  expect(worseWith(series)).toEqual([
    'round-trips of `mirroredStore`, seen 0, concurrency 1: round-trips',
    'round-trips of `mirroredStore`, seen 90, concurrency 1: round-trips',
  ])
})

test('refuses a figure that was not measured, and one that has no baseline', () => {
  const [first, ...others] = baseline.series
  if (first === undefined) throw new TypeError('The baseline has no series.')
  expect(worseWith(others)).toEqual([`${first.variant}: cost`])
  expect(worseWith([...baseline.series, { ...first, variant: 'new' }])).toEqual(['new: cost'])
})

test('runs scripts that exist', () => {
  const isMissing = (script: string): boolean => !existsSync(new URL(`../src/${script}`, import.meta.url))
  expect(guardBenchmark.runs.map(({ script }) => script).filter(isMissing)).toEqual([])
})

test('compares with the processor that it runs on, or with the highest figures of others', () => {
  const faster = { ...baseline, series: multiplied('cost', 0.5) }
  const slower = { ...baseline, series: multiplied('cost', 2) }
  const baselines = { [baselineName('a')]: faster, [baselineName('b')]: slower }
  expect(baselineOf(baselines, 'a')).toBe(faster)
  expect(baselineOf(baselines, 'b')).toBe(slower)
  expect(baselineOf(baselines, 'c').series).toEqual(slower.series)
  expect(() => baselineOf({}, 'c')).toThrow('There is no baseline')
})
