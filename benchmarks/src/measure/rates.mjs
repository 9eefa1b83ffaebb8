// @ts-check
import { formatSpread, formatTable, ratioOf, spreadOf } from './figures.mjs'

/**
 * @typedef {{ perSecond: number, server: string }} Rate of one candidate in one round
 * @typedef {Readonly<Record<string, readonly Rate[]>>} Rates of each candidate, by its name
 */

/**
 * @param {Rates} rates
 * @param {string} name
 */
export function perSecond(rates, name) {
  return (rates[name] ?? []).map(({ perSecond }) => perSecond)
}

/**
 * Returns how many times as fast one candidate is as another.
 *
 * @param {Rates} rates
 * @param {string} name
 * @param {string} other
 */
export function speedOf(rates, name, other) {
  return ratioOf(perSecond(rates, name), perSecond(rates, other))
}

/**
 * Formats two tables with a column for each load: the rate of each candidate, and the speed of the
 * first one relative to it.
 *
 * @param {string} title
 * @param {Readonly<Record<string, Rates>>} byLoad
 */
export function formatRates(title, byLoad) {
  const loads = Object.entries(byLoad)
  const names = [...new Set(loads.flatMap(([, rates]) => Object.keys(rates)))]
  const [first = ''] = names
  const server = loads[0]?.[1][first]?.[0]?.server
  /** @param {(rates: Rates, name: string) => string} format */
  const rowsOf = (format) =>
    names.map((name) => [name, ...loads.map(([, rates]) => (rates[name] === undefined ? '' : format(rates, name)))])
  const header = loads.map(([load]) => load)
  return [
    formatTable(
      [`${title} to ${server}`, ...header],
      rowsOf((rates, name) => formatSpread(spreadOf(perSecond(rates, name)))),
    ),
    formatTable(
      [`speed of ${first} relative to it`, ...header],
      rowsOf((rates, name) => formatSpread(speedOf(rates, first, name), 2)),
    ),
  ].join('\n\n')
}
