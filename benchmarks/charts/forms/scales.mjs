// @ts-check
// How lines differ: in their colours and dashes, and those of projects in the shapes of their
// points.
import { colour } from '../theme.mjs'

const hues = /** @type {const} */ (['ours', 'peer', 'third', 'fourth', 'ink', 'muted']).map(colour)
/** Those that do not stand for a project. */
const neutralHues = /** @type {const} */ (['ink', 'third', 'fourth', 'muted']).map(colour)
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down']
const dashes = [
  [1, 0],
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 4],
  [1, 2],
]

/** @param {string} field @param {readonly string[]} names */
const scalesOf = (field, names) => (/** @type {readonly unknown[]} */ range, /** @type {object} */ legend) => ({
  field,
  type: 'nominal',
  scale: { domain: names, range: names.map((_, index) => range[index % range.length]) },
  legend,
})

/**
 * Returns the encodings of lines that stand for projects. Their legend shows the points.
 *
 * @param {string} field
 * @param {readonly string[]} names of the lines
 */
export function projectScales(field, names) {
  const scaled = scalesOf(field, names)
  return { color: scaled(hues, {}), strokeDash: scaled(dashes, {}), shape: scaled(shapes, {}) }
}

/**
 * Returns the encodings of lines that stand for something else, in colours that no project has.
 * Their legend shows the lines.
 *
 * @param {string} field
 * @param {readonly string[]} names of the lines
 */
export function lineScales(field, names) {
  const scaled = scalesOf(field, names)
  const legend = { symbolType: 'stroke', symbolSize: 400 }
  return { color: scaled(neutralHues, legend), strokeDash: scaled(dashes, legend) }
}
