// @ts-check
import { numberText } from '../figures/text.mjs'

/** @typedef {import('./data.mjs').Row} Row */

/**
 * Returns the powers of ten that the figures lie between.
 *
 * @param {readonly Row[]} rows
 */
export function powersOfTen(rows) {
  const figures = rows.flatMap(({ min, max }) => [Number(min), Number(max)]).filter((figure) => figure > 0)
  const [low, high] = [Math.min(...figures), Math.max(...figures)].map(Math.log10)
  const first = Math.floor(low ?? 0)
  const count = Math.ceil(high ?? 1) - first + 1
  return Array.from({ length: count }, (_, index) => 10 ** (first + index))
}

/**
 * Returns the ticks of an axis: of a logarithmic one, powers of ten.
 *
 * @param {'linear' | 'log'} scale
 * @param {readonly Row[]} rows
 * @returns {{ tickCount?: number, values?: number[] }}
 */
export function ticksOf(scale, rows) {
  return scale === 'linear' ? { tickCount: 5 } : { values: powersOfTen(rows) }
}

/**
 * Writes a figure with three digits, as short as the text of a tick: `2.51M`, `34.9k`, `4,120`.
 *
 * @param {number} value
 */
export function shortText(value) {
  if (value >= 999_500) return `${numberText(value / 1e6, 3)}M`
  if (value >= 9_995) return `${numberText(value / 1e3, 3)}k`
  return numberText(value, 3)
}
