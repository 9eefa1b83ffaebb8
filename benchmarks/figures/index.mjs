// @ts-check
// All figures that documents may quote, by name. Besides those that are defined in this folder,
// every benchmark has `<benchmark>.table`, `.source` and `.versions`, and several benchmarks have
// one source: `<benchmark>+<benchmark>.source`.
import { alternativesFigures } from './alternatives.mjs'
import { chartsText } from './charts.mjs'
import { figures as quotedFigures } from './definitions.mjs'
import { figureReader } from './reader.mjs'
import { reportText, resultTable } from './report.mjs'
import { stalenessFigures } from './staleness.mjs'
import { sourcesText, versionsText } from './text.mjs'

/** @type {import('./reader.mjs').Figures} */
const figures = { ...quotedFigures, ...alternativesFigures, ...stalenessFigures }

/**
 * Returns a function that returns the text of a figure. It throws if there is no such figure, or if
 * something that it needs was not measured.
 *
 * @param {import('./reader.mjs').Results} results
 * @returns {(name: string) => string}
 */
export function figureTexts(results) {
  const read = figureReader(results)
  return (name) => {
    const figure = figures[name]
    if (figure !== undefined) return figure(read)
    const [, benchmark = '', kind] = /^(.+)\.(table|source|versions)$/.exec(name) ?? []
    if (kind === 'table') return resultTable(read.result(benchmark))
    if (kind === 'versions') return versionsText(read.result(benchmark))
    if (kind === 'source') return sourcesText(benchmark.split('+').map((one) => [one, read.result(one)]))
    if (name === 'charts') return chartsText(results)
    if (name === 'report') return reportText(Object.entries(results.benchmarks))
    throw new Error(`There is no figure ${name}.`)
  }
}

/**
 * Returns a function that returns the benchmarks that a figure reads. Figures that state where each
 * of their parts comes from (`charts`, `report`) read none.
 *
 * @param {import('./reader.mjs').Results} results
 * @returns {(name: string) => ReadonlySet<string>}
 */
export function figureBenchmarks(results) {
  return (name) => {
    /** @type {Set<string>} */
    const read = new Set()
    const benchmarks = new Proxy(results.benchmarks, {
      get: (target, key) => {
        if (typeof key === 'string' && Object.hasOwn(target, key)) read.add(key)
        return Reflect.get(target, key)
      },
    })
    if (name !== 'charts' && name !== 'report') figureTexts({ ...results, benchmarks })(name)
    return read
  }
}
