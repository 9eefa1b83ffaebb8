// @ts-check
// How wide texts are. Without a canvas, Vega takes 0.8 of the font size for each character, and
// leaves so much room that charts shrink.
import { textMetrics } from 'vega-scenegraph'
import { estimateWidth } from './wrap.mjs'

/** Makes Vega estimate the width of texts as common fonts have it. */
export function estimateTextWidths() {
  textMetrics.width = widthOf
}

/**
 * @param {{ fontSize?: number, fontWeight?: string | number, text: unknown }} item
 * @param {unknown} text
 */
function widthOf({ fontSize = 11, fontWeight, text: own }, text) {
  return estimateWidth(String(text ?? own ?? ''), fontSize, fontWeight === 'bold')
}
