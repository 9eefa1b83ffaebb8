import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fillCosts } from '../../benchmarks/figures/capacity.mjs'
import { figureBenchmarks, figureTexts } from '../../benchmarks/figures/index.mjs'
import { readResults } from '../../benchmarks/src/results/file.mjs'
import { constants } from '../figures/constants.mjs'
import { documentsOf } from '../figures/documents.mjs'
import { fillFigures, problemsOfMarkers } from '../figures/markers.mjs'
import { problemsOfSources } from '../figures/sources.mjs'
import { unmarkedFigures } from '../figures/unmarked.mjs'

const root = join(import.meta.dirname, '../..')

test('every figure of the documents is that of the results', () => {
  const run = () => execFileSync(process.execPath, ['scripts/figures.mjs', '--check'], { cwd: root, stdio: 'pipe' })
  expect(run).not.toThrow()
})

test('the calculator reckons with the memory of the results, and misses no constant', () => {
  const source = 'export const logEntry = 114\nexport const maxEntries = 100_000\n'
  expect(fillCosts(source, { logEntry: 120.4 })).toBe(
    'export const logEntry = 120\nexport const maxEntries = 100_000\n',
  )
  expect(() => fillCosts(source, { markInRedis: 1 })).toThrow('markInRedis')
})

test('no document has a measured figure that no script writes', () => {
  const found = documentsOf(root).flatMap((file) => {
    const known = constants[file] ?? []
    return unmarkedFigures(readFileSync(join(root, file), 'utf8'))
      .filter(({ figure }) => !known.includes(figure))
      .map(({ line, figure }) => `${file}:${line}: ${figure}`)
  })
  expect(found).toEqual([])
})

test('every constant that is listed is in its document', () => {
  const unused = Object.entries(constants).flatMap(([file, known]) => {
    const found = unmarkedFigures(readFileSync(join(root, file), 'utf8')).map(({ figure }) => figure)
    return known.filter((figure) => !found.includes(figure)).map((figure) => `${file}: ${figure}`)
  })
  expect(unused).toEqual([])
})

const results = readResults(join(root, 'benchmarks/results/results.json'))
const benchmarksOf = figureBenchmarks(results)

test('the source under a section covers all figures that the section quotes', () => {
  const found = documentsOf(root).flatMap((file) =>
    problemsOfSources(readFileSync(join(root, file), 'utf8'), benchmarksOf).map((problem) => `${file}: ${problem}`),
  )
  expect(found).toEqual([])
})

const quote = (name: string) => `It is <!--figure:${name}-->1<!--/figure--> there.\n`

test.each([
  [
    'a source of one benchmark beside figures of two',
    quote('fleet.idle') + quote('memory.key') + quote('memory.source'),
  ],
  [
    'a source in another section, if its own section has one',
    [quote('spread.p50'), quote('list.source'), '## Two\n', quote('spread.source')].join(''),
  ],
  ['no source at all', quote('memory.key')],
  ['a source of a benchmark that is not quoted', quote('memory.key') + quote('memory+list.source')],
])('finds %s', (_, text) => {
  expect(problemsOfSources(text, benchmarksOf)).not.toEqual([])
})

test.each([
  ['a merged source', quote('fleet.idle') + quote('memory.key') + quote('memory+fleet.source')],
  [
    'a source in another section, without one beside it',
    `${quote('memory.key')}## Two\n${quote('memory.mark')}${quote('memory.source')}`,
  ],
  ['what names its sources itself', quote('report')],
])('accepts %s', (_, text) => {
  expect(problemsOfSources(text, benchmarksOf)).toEqual([])
})

test('a source of several benchmarks names them if their machines or dates differ', () => {
  const { memory, spread } = results.benchmarks
  if (memory === undefined || spread === undefined) throw new Error('They were measured.')
  const sourceOf = (cpu: string) => {
    const machine = { ...memory.machine, cpu }
    return figureTexts({ ...results, benchmarks: { memory, spread: { ...memory, machine } } })('memory+spread.source')
  }
  expect(sourceOf('Other')).toMatch(/ \(memory\); Other, .* \(spread\)$/)
  expect(sourceOf(memory.machine.cpu)).not.toContain('memory')
})

test('fills markers in prose and tables, and leaves the rest', () => {
  const text = 'Takes <!--figure:a-->1 ms<!--/figure--> now.\n<!--figure:b-->\n| old |\n<!--/figure-->\n'
  const filled = fillFigures(text, (name) => (name === 'a' ? '2 ms' : '| x |\n|---|'))
  expect(filled).toBe('Takes <!--figure:a-->2 ms<!--/figure--> now.\n<!--figure:b-->\n| x |\n|---|\n<!--/figure-->\n')
})

test.each([
  ['a span', 'A `<!--figure:a-->1<!--/figure-->` b'],
  ['a block', '```md\n<!--figure:a-->1<!--/figure-->\n```\n'],
])('leaves a marker in %s of code as it is', (_, text) => {
  expect(fillFigures(text, () => '2')).toBe(text)
  expect(problemsOfMarkers(text)).toEqual([])
})

test.each([
  ['an end that is missing', 'A <!--figure:a-->1 ms', '<!--figure:a--> has no counterpart.'],
  ['a start that is missing', 'A 1 ms<!--/figure-->', '<!--/figure--> has no counterpart.'],
  ['a space in a marker', '- <!-- figure:a -->1<!--/figure-->', '<!-- figure:a --> has no counterpart.'],
  ['a line that begins with one', 'a\n<!--figure:a-->1<!--/figure--> b', 'A line begins with the figure a.'],
])('names %s', (_, text, problem) => {
  expect(problemsOfMarkers(text)).toContain(problem)
})

test.each([
  'It takes 196 ns.',
  'It takes 0.5 to 0.9 µs.',
  '| p99 | 1.3 ms |',
  'has 133 bytes each',
  'costs 0.40 KiB/s',
  'is 3 times as fast',
  'is 10x faster',
  'makes 257,925 checks a second',
  'makes 1.2 million a second',
  'sends 6 reads per 1,000 requests',
  'answers 99.5% locally',
])('finds an unmarked figure: %s', (text) => {
  expect(unmarkedFigures(`One.\n${text}\n`)).toMatchObject([{ line: 2 }])
})

test.each([
  ['in a marker', 'It takes <!--figure:a-->196 ns<!--/figure-->.'],
  ['in code', 'Set `timeout` to `800 ms`.\n\n```js\nwait(5 ms)\n```\n'],
  ['without a unit of measurement', 'Node 20, RFC 7519, 2026-11-21, 15 minutes, 5 attempts'],
])('finds no figure %s', (_, text) => {
  expect(unmarkedFigures(text)).toEqual([])
})
