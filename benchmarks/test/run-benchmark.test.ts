import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type Benchmark, runBenchmark } from '../src/measure/benchmark.mjs'
import type { Run } from '../src/measure/rounds.mjs'
import { readResults, writeResult } from '../src/results/file.mjs'
import { problemsOf } from '../src/results/format.mjs'

const script = '../test/support/measures.mjs'

/** Returns a benchmark that runs the script of these tests with these arguments. */
function benchmarkOf(runs: readonly Omit<Run, 'script'>[]): Benchmark {
  return {
    title: 'A benchmark',
    about: 'What is measured.',
    rounds: 2,
    seconds: 1,
    packages: [],
    runs: runs.map((run) => ({ ...run, script })),
    metrics: [{ metric: 'figure', unit: 'ms', read: ({ figure }) => figure }],
    targets: { 'the first is 3': (series) => series.spread('first', 'figure').median === 3 },
  }
}

const first = { variant: 'first', args: ['works'] }

/** Runs two rounds, with the output of failing scripts kept off the report of the tests. */
async function run(runs: readonly Omit<Run, 'script'>[], progress: string[] = []) {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const result = await runBenchmark(benchmarkOf(runs), 2, (_, text) => progress.push(text))
  write.mockRestore()
  expect(problemsOf({ schema: 1, benchmarks: { one: result } })).toEqual([])
  return result
}

test('measures every variant once a round, in an order that shifts', async () => {
  const progress: string[] = []
  const { series, targets, servers, failed } = await run([first, { ...first, variant: 'second' }], progress)
  expect(series).toEqual([
    { variant: 'first', metric: 'figure', unit: 'ms', values: [3, 3], median: 3, min: 3, max: 3 },
    { variant: 'second', metric: 'figure', unit: 'ms', values: [3, 3], median: 3, min: 3, max: 3 },
  ])
  expect(progress.map((text) => text.split(': ')[1])).toEqual(['first', 'second', 'second', 'first'])
  expect([targets, servers, failed]).toEqual([{ 'the first is 3': true }, { redis: '7.0.15' }, undefined])
})

test('reports a variant that fails, with its error, and measures the others', async () => {
  const { series, failed } = await run([{ variant: 'broken', group: { load: 1 }, args: ['fails'] }, first])
  expect(failed).toEqual([
    {
      variant: 'broken',
      group: { load: 1 },
      error: 'TypeError: It failed in benchmarks/test/support/measures.mjs',
    },
  ])
  expect(series.map(({ variant }) => variant)).toEqual(['first'])
})

test('keeps what a variant measured before it failed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'revoked-bench-'))
  const { series, failed } = await run([{ variant: 'later', args: ['fails later', folder] }])
  expect(series).toMatchObject([{ variant: 'later', values: [3] }])
  expect(failed).toEqual([{ variant: 'later', error: 'TypeError: It failed the second time' }])
})

test('misses a target whose variant failed', async () => {
  const { targets } = await run([{ ...first, args: ['fails'] }])
  expect(targets).toEqual({ 'the first is 3': false })
})

test('reports a figure that is no number as a failure', async () => {
  const { series, failed } = await run([{ ...first, args: ['no number'] }])
  expect([series, failed]).toEqual([[], [{ variant: 'first', error: 'figure is no number.' }]])
})

test('reads several variants of one process, and reports them all if it fails', async () => {
  const parts = { a: { variant: 'one', group: { load: 1 } }, b: { variant: 'one', group: { load: 2 } } }
  const { series } = await run([{ variant: 'process', args: ['parts'], parts }])
  expect(series.map(({ group, median }) => [group, median])).toEqual([
    [{ load: 1 }, 1],
    [{ load: 2 }, 2],
  ])
  const { failed } = await run([{ variant: 'process', args: ['fails'], parts }])
  expect(failed?.map(({ group }) => group)).toEqual([{ load: 1 }, { load: 2 }])
})

test('replaces the part of one benchmark in the file, and refuses an invalid one', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'revoked-bench-')), 'results.json')
  const result = await run([first])
  writeResult(path, 'one', result)
  writeResult(path, 'two', result)
  writeResult(path, 'one', { ...result, title: 'Again' })
  const { benchmarks } = readResults(path)
  expect(benchmarks).toEqual({ one: { ...result, title: 'Again' }, two: result })
  expect(() => writeResult(path, 'one', { ...result, title: '' })).toThrow('one: It has no title.')
  expect(readResults(path).benchmarks).toEqual(benchmarks)
})
