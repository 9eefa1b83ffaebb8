// @ts-check
// All charts with their captions, for the page of the site.
import { wrapText } from '../../scripts/columns/wrap.mjs'
import { panelsOf } from '../charts/data.mjs'
import { narrowFrame, narrowMedia } from '../charts/frames.mjs'
import { charts } from '../charts/specs/index.mjs'
import { sourceText } from './text.mjs'

const width = 100

/** @param {string} text */
const paragraph = (text) => wrapText(text, width, '', '').join('\n')

/**
 * Returns a section for each chart that has results: the picture, what it shows, what it does not
 * show, and how to measure it again.
 *
 * @param {import('./reader.mjs').Results} results
 */
export function chartsText(results) {
  return charts
    .map((spec) => ({ spec, shown: panelsOf(spec, results) }))
    .filter(({ shown }) => shown.length > 0)
    .map(({ spec, shown }) => sectionOf(spec, [...new Set(shown.map(({ panel }) => panel.benchmark))], results))
    .join('\n\n')
}

/**
 * Writes a chart that is readable on a phone too: the page shows the narrow one if it is narrow.
 *
 * @param {string} name
 * @param {string} title
 */
function pictureOf(name, title) {
  return [
    '<picture>',
    `  <source media="${narrowMedia}" srcset="/charts/${name}${narrowFrame.suffix}.svg">`,
    `  <img src="/charts/${name}.svg" alt="${title}">`,
    '</picture>',
  ].join('\n')
}

/**
 * @param {import('../charts/data.mjs').ChartSpec} spec
 * @param {readonly string[]} benchmarks
 * @param {import('./reader.mjs').Results} results
 */
function sectionOf({ name, title, shows, hides }, benchmarks, { benchmarks: measured }) {
  const sources = benchmarks.flatMap((benchmark) => measured[benchmark] ?? []).map(sourceText)
  return [
    `## ${title}`,
    pictureOf(name, title),
    paragraph(shows),
    paragraph(hides),
    `\`npm run bench -- --only=${benchmarks.join(',')}\``,
    paragraph(`${[...new Set(sources)].join('; ')}.`),
  ].join('\n\n')
}
