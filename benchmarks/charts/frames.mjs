// @ts-check
// The two sizes of every chart. Each is shown at its size, so that its text is as large on a phone
// as beside a paragraph: a chart for wide pages that shrinks to a phone cannot be read.

/**
 * @typedef {object} Frame
 * @property {string} suffix of the name of the file
 * @property {number} width px of the whole chart
 * @property {number} columns small charts side by side
 */

/** @type {Frame} */
export const wideFrame = { suffix: '', width: 624, columns: 3 }

/** @type {Frame} What a page of the site leaves of 390 px. */
export const narrowFrame = { suffix: '-narrow', width: 342, columns: 2 }

export const frames = [wideFrame, narrowFrame]

/** The widest page that shows the narrow chart. */
export const narrowMedia = '(max-width: 720px)'

/** px around a chart. */
export const padding = 6
