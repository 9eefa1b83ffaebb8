import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ChartSpec, digestOf, panelsOf, rowsOf } from '../charts/data.mjs'
import { layOut } from '../charts/forms/row-layout.mjs'
import { frames, narrowFrame } from '../charts/frames.mjs'
import { charts } from '../charts/specs/index.mjs'
import { estimateWidth, wrapToWidth } from '../charts/wrap.mjs'
import { readResults } from '../src/results/file.mjs'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/public/charts')
const results = readResults(join(root, 'benchmarks/results/results.json'))
const drawn = charts.filter((spec) => panelsOf(spec, results).length > 0)

test.each(drawn.map((spec) => [spec.name, spec] as const))('the chart %s is drawn from the results', (name, spec) => {
  for (const { suffix, width } of frames) {
    const svg = readFileSync(join(folder, `${name}${suffix}.svg`), 'utf8')
    expect(svg).toContain(`data-digest="${digestOf(spec, results)}"`)
    expect(svg).toContain(`width="${width}"`)
  }
})

test('no chart is left that nothing draws', () => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.svg'))
  expect(names.toSorted()).toEqual(
    drawn.flatMap(({ name }) => frames.map(({ suffix }) => `${name}${suffix}.svg`)).toSorted(),
  )
})

test('each chart says what it shows and what it does not, and has a unit on its axis', () => {
  expect(existsSync(join(folder, 'charts.json'))).toBe(true)
  const records: { name: string; shows: string; hides: string }[] = JSON.parse(
    readFileSync(join(folder, 'charts.json'), 'utf8'),
  )
  expect(records.map(({ name }) => name)).toEqual(drawn.map(({ name }) => name))
  for (const { shows, hides } of records)
    expect([shows, hides]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)])
  for (const { axis } of charts) expect(axis).toMatch(/\bns\b|ms|µs|second|bytes|KiB|%|1,000 requests/)
})

test('wraps texts to the width, and leaves a longer word alone', () => {
  const lines = wrapToWidth('one two three incomprehensibilities four', 80, 13)
  expect(lines.join(' ')).toBe('one two three incomprehensibilities four')
  for (const line of lines.filter((one) => one.includes(' '))) expect(estimateWidth(line, 13)).toBeLessThanOrEqual(80)
  expect(lines).toContain('incomprehensibilities')
})

test('puts a figure below a name that leaves no room for it', () => {
  const row = { variant: 'a', isOurs: true, median: 1, min: 1, max: 2 }
  const rows = ['short', 'a name as long as the whole of the line'].map((label) => ({ ...row, label }))
  const { names, figures } = layOut([{ panel: { benchmark: 'one', metric: 'time' }, rows }], 300)
  const [first, second] = names.map(({ y }) => y)
  expect(figures.map(({ y }) => y)).toEqual([first, expect.toSatisfy((y) => y > Number(second))])
})

const pageOfCharts = readFileSync(join(root, 'docs/compare/charts.md'), 'utf8').replaceAll(/\s+/g, ' ')

test.each(drawn.map((spec) => [spec.name, spec] as const))('the site shows the chart %s', (name, spec) => {
  const picture =
    `<picture> <source media="(max-width: 720px)" srcset="/charts/${name}${narrowFrame.suffix}.svg"> ` +
    `<img src="/charts/${name}.svg" alt="${spec.title}"> </picture>`
  expect(pageOfCharts).toContain(`## ${spec.title} ${picture} ${spec.shows} ${spec.hides}`)
})

test('the chart of the README is drawn', () => {
  const shown = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/docs\/public\/charts\/([\w-]+)\.svg/g)]
  const [narrow, wide] = shown.map(([, name]) => name)
  expect(narrow).toBe(`${wide}${narrowFrame.suffix}`)
  expect(drawn.map(({ name }) => name)).toContain(wide)
})

const series = { metric: 'time', unit: 'ms', values: [1, 3], median: 2, min: 1, max: 3 }
const fictitious = {
  schema: 1 as const,
  benchmarks: {
    one: {
      title: 'One',
      machine: { cpu: 'x', cores: 2, memory: 1, os: 'y' },
      node: '24.0.0',
      versions: {},
      servers: {},
      date: '2026-11-26T12:00:00.000Z',
      seconds: 1,
      rounds: 2,
      failed: [{ variant: 'a peer', group: { load: 1 }, error: 'Error: no' }],
      targets: {},
      series: [
        { variant: '`ours`', group: { load: 1 }, ...series },
        { variant: '`ours`', group: { load: 2 }, ...series },
      ],
    },
  },
}
const spec: ChartSpec = {
  name: 'one',
  title: 'One',
  form: 'rows',
  panels: [{ benchmark: 'one', metric: 'time', group: { load: 1 } }],
  axis: 'ms',
  scale: 'linear',
  isOurs: (variant) => variant === '`ours`',
  shows: 'It.',
  hides: 'The rest.',
}

test('shows the spread, and names a peer that failed', () => {
  const [panel] = spec.panels
  expect(panel && rowsOf(spec, panel, fictitious)).toEqual([
    { label: 'ours', variant: '`ours`', isOurs: true, median: 2, min: 1, max: 3 },
    { label: 'a peer', variant: 'a peer', isOurs: false, error: 'Error: no' },
  ])
})

test('tells the lines of a small chart apart by their group', () => {
  const lines = { key: 'load', label: (load: unknown) => `${load} at a time` }
  const rows = rowsOf({ ...spec, lines }, { benchmark: 'one', metric: 'time' }, fictitious)
  expect(rows.map(({ line }) => line)).toEqual(['1 at a time', '2 at a time', '1 at a time'])
})

test('notices results that a chart was not drawn from', () => {
  const [one] = fictitious.benchmarks.one.series
  const changed = { ...fictitious.benchmarks.one, series: [{ ...one, max: 4 }] }
  expect(digestOf(spec, fictitious)).not.toBe(
    digestOf(spec, { schema: 1, benchmarks: { one: changed } } as typeof fictitious),
  )
})
