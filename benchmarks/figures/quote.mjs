// @ts-check
// How a figure is quoted from the results.
import { numberText } from './text.mjs'

/**
 * @typedef {import('./reader.mjs').Place} Place
 * @typedef {import('./reader.mjs').FigureReader} FigureReader
 */

/**
 * Writes the median.
 *
 * @param {Place} place
 * @param {number} [digits]
 * @returns {(read: FigureReader) => string}
 */
export const median = (place, digits) => (read) => numberText(read.spread(place).median, digits)

/**
 * Writes the median of the ratios of the rounds.
 *
 * @param {Place} one
 * @param {Partial<Place>} other
 * @returns {(read: FigureReader) => string}
 */
export const ratio = (one, other) => (read) => numberText(read.ratio(one, other).median, 3)
