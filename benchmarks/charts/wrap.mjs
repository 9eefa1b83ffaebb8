// @ts-check
// Lines of text that fit a width, for fonts that nobody knows yet: the estimates are those of
// DejaVu Sans, which is wider than the other common ones.

/** Widths of characters, in parts of the font size. The first that matches counts. */
const widths = /** @type {const} */ ([
  [/[ijl',.:;|]/, 0.32],
  [/[frt ()\u00a0-]/, 0.39],
  [/[mwMW%@●□]/, 0.93],
  [/[a-z]/, 0.6],
])
const otherWidth = 0.66
const boldFactor = 1.12

/** @param {string} text @param {number} fontSize @param {boolean} [isBold] */
export function estimateWidth(text, fontSize, isBold = false) {
  const ems = [...text].reduce((sum, character) => sum + widthOf(character), 0)
  return ems * fontSize * (isBold ? boldFactor : 1)
}

/** @param {string} character */
function widthOf(character) {
  const [, width = otherWidth] = widths.find(([pattern]) => pattern.test(character)) ?? []
  return width
}

/**
 * Returns the lines of a text, each as wide as it may be. A word that is wider stands alone.
 *
 * @param {string} text
 * @param {number} width px
 * @param {number} fontSize
 * @param {boolean} [isBold]
 */
export function wrapToWidth(text, width, fontSize, isBold = false) {
  /** @type {string[]} */
  const lines = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && estimateWidth(longer, fontSize, isBold) > width) lines.push(word)
    else lines.splice(-1, 1, longer)
  }
  return lines
}
