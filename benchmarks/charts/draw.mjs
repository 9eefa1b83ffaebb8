// @ts-check
// Draws every chart from the results file, as SVG, and writes what each one shows.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, View } from 'vega'
import { compile } from 'vega-lite'
import { readResults } from '../src/results/file.mjs'
import { digestOf, panelsOf, provenanceOf } from './data.mjs'
import { linesForm } from './forms/lines.mjs'
import { rowsForm } from './forms/rows.mjs'
import { charts } from './specs/index.mjs'
import { estimateTextWidths } from './text-width.mjs'
import { darkStyle } from './theme.mjs'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/public/charts')
const results = readResults(join(root, 'benchmarks/results/results.json'))
const forms = { rows: rowsForm, lines: linesForm }

/** Charts are drawn for phones, and shown wider than that if there is room. */
const enlarged = 1.3

/** @param {import('./data.mjs').ChartSpec} spec */
async function draw(spec) {
  const panels = panelsOf(spec, results)
  if (panels.length === 0) {
    console.error(`${spec.name}: there are no results of ${spec.panels[0]?.benchmark}.`)
    return []
  }
  const provenance = provenanceOf(spec, results)
  const form = forms[spec.form](spec, panels, provenance.rounds)
  const view = new View(parse(compile(/** @type {any} */ (form)).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  writeFileSync(join(folder, `${spec.name}.svg`), `${finish(svg, spec)}\n`)
  const { name, title, shows, hides } = spec
  return [{ name, title, shows, hides, ...provenance }]
}

/**
 * Adds the dark colours, texts for readers that do not see, and the hash of what is shown.
 *
 * @param {string} svg
 * @param {import('./data.mjs').ChartSpec} spec
 */
function finish(svg, spec) {
  const [, width = '0', height = '0'] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? []
  const size = `width="${Math.round(Number(width) * enlarged)}" height="${Math.round(Number(height) * enlarged)}"`
  const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const head = [
    `<title>${escaped(spec.title)}</title>`,
    `<desc>${escaped(`${spec.shows} ${spec.hides}`)}</desc>`,
    darkStyle(),
  ].join('')
  return svg
    .replace(/ (?:role|aria-[a-z]+|class|xmlns:xlink|pointer-events)="[^"]*"/g, '')
    .replace(
      /<svg ([^>]*?)width="[^"]*" height="[^"]*"([^>]*)>/,
      `<svg role="img" data-digest="${digestOf(spec, results)}" $1${size}$2>${head}`,
    )
}

estimateTextWidths()
mkdirSync(folder, { recursive: true })
const records = (await Promise.all(charts.map(draw))).flat()
const names = new Set(records.map(({ name }) => `${name}.svg`))
for (const file of readdirSync(folder)) if (file.endsWith('.svg') && !names.has(file)) rmSync(join(folder, file))
writeFileSync(join(folder, 'charts.json'), `${JSON.stringify(records, null, 2)}\n`)
console.log(`${records.length} charts: ${folder}`)
