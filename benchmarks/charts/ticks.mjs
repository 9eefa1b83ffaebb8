// @ts-check

/** @typedef {import('./data.mjs').Row} Row */

/**
 * Returns the ticks of an axis: of a logarithmic one, the powers of ten that the figures lie
 * between.
 *
 * @param {'linear' | 'log'} scale
 * @param {readonly Row[]} rows
 * @returns {{ tickCount?: number, values?: number[] }}
 */
export function ticksOf(scale, rows) {
  if (scale === 'linear') return { tickCount: 5 }
  const figures = rows.flatMap(({ min, max }) => [Number(min), Number(max)]).filter((figure) => figure > 0)
  const [low, high] = [Math.min(...figures), Math.max(...figures)].map(Math.log10)
  const first = Math.floor(low ?? 0)
  const count = Math.ceil(high ?? 1) - first + 1
  return { values: Array.from({ length: count }, (_, index) => 10 ** (first + index)) }
}
