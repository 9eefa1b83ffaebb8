// @ts-check
// A line for each variant along a quantity, with a bar from the lowest to the highest round. Lines
// differ in their points and dashes too, not in colour alone.
import { colour, config, tickText } from '../theme.mjs'
import { ticksOf } from '../ticks.mjs'

/**
 * @typedef {import('../data.mjs').ChartSpec} ChartSpec
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 */

const width = 420
const height = 260

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down']
const dashes = [
  [1, 0],
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 4],
  [1, 2],
]
const hues = /** @type {const} */ (['ours', 'peer', 'third', 'fourth', 'ink', 'muted']).map(colour)

/**
 * @param {ChartSpec} spec
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} rounds
 */
export function linesForm(spec, panels, rounds) {
  const { title, along, bound } = spec
  const labels = [
    ...new Set(panels.flatMap(({ rows }) => rows.filter(({ error }) => error === undefined).map(({ label }) => label))),
  ]
  const failed = [
    ...new Set(panels.flatMap(({ rows }) => rows.filter(({ error }) => error !== undefined).map(({ label }) => label))),
  ]
  const spread = rounds === 1 ? 'one round' : `median, and the lowest to the highest of ${rounds} rounds`
  const scaled = (/** @type {readonly unknown[]} */ range) => ({
    field: 'label',
    type: 'nominal',
    scale: { domain: labels, range: labels.map((_, index) => range[index % range.length]) },
    legend: {},
  })
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: {
      text: title,
      subtitle: [spread, ...failed.map((label) => `failed: ${label}`)],
      subtitleColor: colour('muted'),
      subtitlePadding: 5,
      offset: 8,
    },
    vconcat: panels.map(({ panel, rows }) => ({
      ...(panel.title === undefined ? {} : { title: { text: panel.title, fontSize: 14, offset: 26 } }),
      width,
      height,
      data: { values: rows.filter(({ error }) => error === undefined) },
      encoding: {
        x: {
          field: 'along',
          type: 'quantitative',
          scale: { type: 'log' },
          axis: {
            title: along?.title,
            values: [...new Set(rows.map((row) => row.along))],
            labelExpr: tickText,
            grid: false,
          },
        },
        color: scaled(hues),
      },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { y: yOf('median', spec, rows), strokeDash: scaled(dashes) },
        },
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { y: yOf('min', spec, rows), y2: { field: 'max' } },
        },
        {
          mark: { type: 'point', size: 80, strokeWidth: 2, fill: colour('background'), opacity: 1 },
          encoding: { y: yOf('median', spec, rows), shape: scaled(shapes) },
        },
        ...(bound === undefined ? [] : [boundLayer(bound)]),
      ],
    })),
  }
}

/** @param {string} field @param {ChartSpec} spec @param {readonly Row[]} rows */
function yOf(field, { axis, scale }, rows) {
  return {
    field,
    type: 'quantitative',
    scale: scale === 'log' ? { type: 'log' } : { type: 'linear', zero: true },
    axis: {
      title: axis,
      // Above the axis: beside it, a phone has no room.
      titleAngle: 0,
      titleAlign: 'left',
      titleAnchor: 'start',
      titleBaseline: 'bottom',
      titleX: -32,
      titleY: -10,
      labelExpr: tickText,
      ...ticksOf(scale, rows),
    },
  }
}

/** @param {{ at: number, text: string }} bound */
function boundLayer({ at }) {
  return {
    data: { values: [{ at }] },
    mark: { type: 'rule', strokeDash: [4, 3], color: colour('ink') },
    encoding: { y: { field: 'at', type: 'quantitative' } },
  }
}
