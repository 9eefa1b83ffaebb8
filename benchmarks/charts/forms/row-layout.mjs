// @ts-check
// Where the texts and the dots of a chart of rows stand.
import { fontSize } from '../theme.mjs'
import { shortText } from '../ticks.mjs'
import { estimateWidth, wrapToWidth } from '../wrap.mjs'
import { briefName } from './heading.mjs'

/**
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 * @typedef {{ readonly y: number, readonly text: string }} Text
 *
 *
 * @typedef {object} Layout
 * @property {Text[]} heads
 * @property {Text[]} names
 * @property {Text[]} figures
 * @property {(Row & { readonly y: number })[]} dots
 * @property {number} height
 */

const headHeight = 32
const lineHeight = 16
/** From the last line of text to the dot, and from there to the next row. */
const [aboveDot, belowDot] = [13, 10]
/** Between a name and its figure. */
const between = 14

/**
 * Lays rows out from the top. The figure of a row stands beside its name if both fit, and below it
 * if they do not.
 *
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} width px
 * @returns {Layout}
 */
export function layOut(panels, width) {
  /** @type {Layout} */
  const layout = { heads: [], names: [], figures: [], dots: [], height: 0 }
  for (const { panel, rows } of panels) {
    if (panel.title !== undefined) addHead(layout, panel.title, width)
    for (const row of rows) addRow(layout, row, width)
  }
  return layout
}

/** @param {Layout} layout @param {string} title @param {number} width */
function addHead(layout, title, width) {
  layout.height += headHeight - lineHeight
  for (const text of wrapToWidth(title, width, fontSize + 1, true)) {
    layout.height += lineHeight
    layout.heads.push({ y: layout.height - 10, text })
  }
}

/** @param {Layout} layout @param {Row} row @param {number} width */
function addRow(layout, row, width) {
  for (const text of wrapToWidth(briefName(row.label), width, fontSize)) {
    layout.height += lineHeight
    layout.names.push({ y: layout.height, text })
  }
  const figure = figureOf(row)
  const name = layout.names.at(-1)?.text ?? ''
  if (estimateWidth(name, fontSize) + between + estimateWidth(figure, fontSize) > width) layout.height += lineHeight
  layout.figures.push({ y: layout.height, text: figure })
  layout.height += aboveDot
  if (row.median !== undefined) layout.dots.push({ ...row, y: layout.height })
  layout.height += belowDot
}

/** @param {Row} row */
function figureOf({ median, min, max, error }) {
  if (error !== undefined || median === undefined) return `failed: ${(error ?? 'no figure').slice(0, 28)}`
  const [middle, low, high] = [median, Number(min), Number(max)].map(shortText)
  return middle === low && middle === high ? `${middle}` : `${middle} (${low === high ? low : `${low} to ${high}`})`
}
