// @ts-check
// How lines differ: in their colours, their dashes and the shapes of their points.
import { colour } from '../theme.mjs'

const hues = /** @type {const} */ (['ours', 'peer', 'third', 'fourth', 'ink', 'muted']).map(colour)
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down']
const dashes = [
  [1, 0],
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 4],
  [1, 2],
]

/**
 * Returns the encodings by which the lines of a chart differ. Their legends are one.
 *
 * @param {string} field
 * @param {readonly string[]} names of the lines
 * @param {object} [legend]
 */
export function scaledBy(field, names, legend = {}) {
  const scaled = (/** @type {readonly unknown[]} */ range) => ({
    field,
    type: 'nominal',
    scale: { domain: names, range: names.map((_, index) => range[index % range.length]) },
    legend,
  })
  return { color: scaled(hues), strokeDash: scaled(dashes), shape: scaled(shapes) }
}
