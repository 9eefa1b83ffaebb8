// @ts-check
import { stalenessChart } from './staleness.mjs'

/**
 * All charts, in the order of the issues that they answer. @type {readonly
 * import('../data.mjs').ChartSpec[]}
 */
export const charts = [stalenessChart]
