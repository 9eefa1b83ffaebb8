// @ts-check
// Draws every chart from the results file, as SVG, and writes what each one shows.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse, View } from 'vega'
import { compile } from 'vega-lite'
import { readResults } from '../src/results/file.mjs'
import { digestOf, panelsOf, provenanceOf } from './data.mjs'
import { linesForm } from './forms/lines.mjs'
import { multiplesForm } from './forms/multiples.mjs'
import { rowsForm } from './forms/rows.mjs'
import { frames } from './frames.mjs'
import { withoutLinks } from './links.mjs'
import { charts } from './specs/index.mjs'
import { estimateTextWidths } from './text-width.mjs'
import { styleOf } from './theme.mjs'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/public/charts')
const results = readResults(join(root, 'benchmarks/results/results.json'))
const forms = { rows: rowsForm, lines: linesForm, multiples: multiplesForm }

/** @param {import('./data.mjs').ChartSpec} spec */
async function draw(spec) {
  const panels = panelsOf(spec, results)
  if (panels.length === 0) {
    console.error(`${spec.name}: there are no results of ${spec.panels[0]?.benchmark}.`)
    return []
  }
  const provenance = provenanceOf(spec, results)
  for (const frame of frames) {
    const form = forms[spec.form](spec, panels, provenance.rounds, frame)
    const { spec: compiled } = compile(/** @type {any} */ (form))
    const view = new View(parse(withWholePoints(compiled)), { renderer: 'none' })
    const svg = await view.toSVG()
    writeFileSync(join(folder, `${spec.name}${frame.suffix}.svg`), `${finish(svg, spec, frame)}\n`)
  }
  const { name, title, shows, hides } = spec
  return [{ name, title, shows, hides, ...provenance }]
}

/**
 * Returns the chart with legends whose points do not have the dashes of the lines, which would
 * break their outlines. Vega-Lite has no option for that.
 *
 * @param {import('vega').Spec} spec
 * @returns {import('vega').Spec}
 */
function withWholePoints({ legends = [], ...spec }) {
  return {
    ...spec,
    legends: legends.map(({ strokeDash, ...rest }) =>
      rest.shape === undefined && strokeDash !== undefined ? { ...rest, strokeDash } : rest,
    ),
  }
}

/**
 * Adds the dark colours, texts for readers that do not see, and the hash of what is shown. The
 * chart gets the width of its frame, which it must not exceed: a page would shrink its text.
 *
 * @param {string} svg
 * @param {import('./data.mjs').ChartSpec} spec
 * @param {import('./frames.mjs').Frame} frame
 */
function finish(svg, spec, { suffix, width }) {
  const [, drawn = '0', height = '0'] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? []
  if (Number(drawn) > width) throw new Error(`${spec.name}${suffix} is ${drawn} px wide, of ${width}.`)
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const head = [
    `<title>${escaped(spec.title)}</title>`,
    `<desc>${escaped(withoutLinks(`${spec.shows} ${spec.hides}`))}</desc>`,
    styleOf(),
  ].join('')
  return svg
    .replace(/ (?:role|aria-[a-z]+|class|xmlns:xlink|pointer-events)="[^"]*"/g, '')
    .replace(/ viewBox="[^"]*"/, '')
    .replace(
      /<svg ([^>]*?)width="[^"]*" height="[^"]*"([^>]*)>/,
      `<svg role="img" data-digest="${digestOf(spec, results)}" $1${size}$2>${head}`,
    )
    .replace(/<rect width="[^"]*"/, `<rect width="${width}"`)
}

estimateTextWidths()
mkdirSync(folder, { recursive: true })
const records = (await Promise.all(charts.map(draw))).flat()
const names = new Set(records.flatMap(({ name }) => frames.map(({ suffix }) => `${name}${suffix}.svg`)))
for (const file of readdirSync(folder)) if (file.endsWith('.svg') && !names.has(file)) rmSync(join(folder, file))
writeFileSync(join(folder, 'charts.json'), `${JSON.stringify(records, null, 2)}\n`)
console.log(`${records.length} charts, each for wide and for narrow pages: ${relative(root, folder)}/*.svg`)
console.log('The page of the site that shows them: npm run docs:serve, /compare/charts')
