// @ts-check
import { isSameGroup } from '../results/format.mjs'
import { ratioOf, spreadOf } from './figures.mjs'

/**
 * @typedef {import('../results/format.mjs').Series} Series
 * @typedef {import('../results/format.mjs').Group} Group
 * @typedef {import('./figures.mjs').Spread} Spread
 *
 *
 * @typedef {object} SeriesReader reads figures by name. What was not measured is `NaN`.
 * @property {(variant: string, metric: string, group?: Group) => Spread} spread
 * @property {(metric: string, variant: string, other: string, group?: Group) => Spread} ratio the
 *   one divided by the other, within each round
 * @property {(metric: string, pick: (spread: Spread) => number) => number[]} all of every variant
 */

/**
 * @param {readonly Series[]} series
 * @returns {SeriesReader}
 */
export function readSeries(series) {
  /** @type {(variant: string, metric: string, group?: Group) => readonly number[]} */
  const valuesOf = (variant, metric, group) => {
    const found = series.find((one) => {
      return one.variant === variant && one.metric === metric && isSameGroup(one.group, group)
    })
    return found?.values ?? []
  }
  return {
    spread: (variant, metric, group) => spreadOf(valuesOf(variant, metric, group)),
    ratio: (metric, variant, other, group) => ratioOf(valuesOf(variant, metric, group), valuesOf(other, metric, group)),
    all: (metric, pick) => series.filter((one) => one.metric === metric).map(pick),
  }
}
