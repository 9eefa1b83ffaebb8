// @ts-check
// How wide texts are. Without a canvas, Vega takes 0.8 of the font size for each character, and
// leaves so much room that charts shrink.
import { textMetrics } from 'vega-scenegraph'

const averageWidth = 0.56

/** Makes Vega estimate the width of texts as common fonts have it. */
export function estimateTextWidths() {
  textMetrics.width = widthOf
}

/** @param {{ fontSize?: number, text: unknown }} item @param {unknown} text */
function widthOf(item, text) {
  return String(text ?? item.text ?? '').length * averageWidth * (item.fontSize ?? 11)
}
