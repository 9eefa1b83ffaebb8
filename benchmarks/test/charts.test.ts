import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ChartSpec, digestOf, panelsOf, rowsOf } from '../charts/data.mjs'
import { rowsForm } from '../charts/forms/rows.mjs'
import { charts } from '../charts/specs/index.mjs'
import { readResults } from '../src/results/file.mjs'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/public/charts')
const results = readResults(join(root, 'benchmarks/results/results.json'))
const drawn = charts.filter((spec) => panelsOf(spec, results).length > 0)

test.each(drawn.map((spec) => [spec.name, spec] as const))('the chart %s is drawn from the results', (name, spec) => {
  const svg = readFileSync(join(folder, `${name}.svg`), 'utf8')
  expect(svg).toContain(`data-digest="${digestOf(spec, results)}"`)
})

test('no chart is left that nothing draws', () => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.svg'))
  expect(names.toSorted()).toEqual(drawn.map(({ name }) => `${name}.svg`).toSorted())
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

/** The characters of a name and a figure that fit side by side. */
const charactersOfRow = 72

test.each(drawn.filter(({ form }) => form === 'rows').map((spec) => [spec.name, spec] as const))(
  'no name in the chart %s runs into its figure',
  (_, spec) => {
    const { layer } = rowsForm(spec, panelsOf(spec, results), 3) as {
      layer: { data: { values: { label?: string; text: string }[] } }[]
    }
    const rows = layer.flatMap(({ data }) => data.values.filter(({ label }) => label !== undefined))
    expect(rows.length).toBeGreaterThan(0)
    for (const { label, text } of rows) expect(`${label} ${text}`.length).toBeLessThanOrEqual(charactersOfRow + 1)
  },
)

const pageOfCharts = readFileSync(join(root, 'docs/compare/charts.md'), 'utf8').replaceAll(/\s+/g, ' ')

test.each(drawn.map((spec) => [spec.name, spec] as const))('the site shows the chart %s', (name, spec) => {
  const captioned = `## ${spec.title} ![${spec.title}](/charts/${name}.svg) ${spec.shows} ${spec.hides}`
  expect(pageOfCharts).toContain(captioned)
})

test('the chart of the README is drawn', () => {
  const shown = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/docs\/public\/charts\/([\w-]+)\.svg/g)]
  expect(shown.map(([, name]) => name)).toEqual([expect.toSatisfy((name) => drawn.some((spec) => spec.name === name))])
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

test('notices results that a chart was not drawn from', () => {
  const [one] = fictitious.benchmarks.one.series
  const changed = { ...fictitious.benchmarks.one, series: [{ ...one, max: 4 }] }
  expect(digestOf(spec, fictitious)).not.toBe(
    digestOf(spec, { schema: 1, benchmarks: { one: changed } } as typeof fictitious),
  )
})
