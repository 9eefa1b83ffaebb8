import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ChartSpec, digestOf, panelsOf, rowsOf } from '../charts/data.mjs'
import { layOut } from '../charts/forms/row-layout.mjs'
import { frames, narrowFrame } from '../charts/frames.mjs'
import { anchorOf, withoutLinks } from '../charts/links.mjs'
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

const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the chart of the README is drawn, and its text is the title', () => {
  const shown = [...readme.matchAll(/docs\/public\/charts\/([\w-]+)\.svg/g)]
  const [narrow, wide] = shown.map(([, name]) => name)
  expect(narrow).toBe(`${wide}${narrowFrame.suffix}`)
  const { title } = drawn.find(({ name }) => name === wide) ?? {}
  expect(readme).toContain(`docs/public/charts/${wide}.svg" alt="${title}"`)
})

test('the chart of the README leaves out no variant with the same load', () => {
  const [overview] = drawn.filter(({ name }) => name === 'overview')
  const [shown] = overview === undefined ? [] : panelsOf(overview, results)
  const measured = results.benchmarks['latency']?.series.filter(
    ({ metric, group, variant }) =>
      metric === 'checks' && group?.['concurrency'] === 64 && group['delayMs'] === 1 && !variant.startsWith('PING'),
  )
  expect(shown?.rows.map(({ variant }) => variant).toSorted()).toEqual(
    measured?.map(({ variant }) => variant).toSorted(),
  )
})

test('links between charts lead to one of them, and drawings have none', () => {
  const anchors = drawn.map(({ title }) => anchorOf(title))
  const texts = drawn.map(({ shows, hides }) => `${shows} ${hides}`)
  const linked = [...`${texts.join(' ')} ${readme}`.matchAll(/\]\((?:https:\S+charts)?#([\w-]+)\)/g)]
  expect(linked.length).toBeGreaterThan(3)
  for (const [, anchor] of linked) expect(anchors).toContain(anchor)
  for (const text of texts) expect(withoutLinks(text)).not.toContain('](')
})

test('what the charts of a fleet say of the peers is so', () => {
  const medians = (metric: string, variant: string, group: object) =>
    results.benchmarks['fleet']?.series
      .filter((one) => one.metric === metric && one.variant.startsWith(variant))
      .filter((one) => Object.entries(group).every(([key, value]) => one.group?.[key] === value))
      .map(({ median }) => median) ?? []
  const idle = { revocationsPerSecond: 0 }
  const claims: [metric: string, peer: string, group: object][] = [
    ['traffic', 'node-redis', {}],
    ['traffic', 'bentocache', idle],
    ['processor time of the server', 'node-redis', {}],
    ['processor time of the server', 'bentocache', {}],
  ]
  for (const [metric, peer, group] of claims) {
    const ours = medians(metric, '`layeredStore`', group)
    const theirs = medians(metric, peer, group)
    expect(theirs.length).toBeGreaterThan(2)
    expect(theirs.map((median, index) => median < Number(ours[index]))).toEqual(theirs.map(() => true))
  }
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
