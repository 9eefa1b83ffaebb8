// @ts-check
// A row for each variant: its name and its figure above a dot at the median, and a line from the
// lowest to the highest round.
import { padding } from '../frames.mjs'
import { colour, config, fontSize, tickText } from '../theme.mjs'
import { ticksOf } from '../ticks.mjs'
import { wrapToWidth } from '../wrap.mjs'
import { headingOf, kindsText, spreadNote } from './heading.mjs'
import { layOut } from './row-layout.mjs'

/**
 * @typedef {import('../data.mjs').ChartSpec} ChartSpec
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 * @typedef {import('../frames.mjs').Frame} Frame
 */

/** The room for half a dot at the lowest and at the highest figure. */
const dotRoom = 9

/**
 * @param {ChartSpec} spec
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} rounds
 * @param {Frame} frame
 */
export function rowsForm({ title, axis, scale, bound }, panels, rounds, frame) {
  const width = frame.width - 2 * (padding + dotRoom)
  const { heads, names, figures, dots, height } = layOut(panels, width)
  const across = { field: 'y', type: 'quantitative', scale: { domain: [0, height], range: [0, height] }, axis: null }
  const x = {
    type: 'quantitative',
    scale: scale === 'log' ? { type: 'log' } : { type: 'linear', zero: true },
    axis: {
      title: wrapToWidth(axis, width, fontSize),
      ...ticksOf(scale, dots),
      labelFlush: true,
      labelExpr: tickText,
      orient: 'bottom',
    },
  }
  const kind = { condition: { test: 'datum.isOurs', value: colour('ours') }, value: colour('peer') }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    padding,
    title: headingOf(title, [`${kindsText} · ${spreadNote(rounds)}`], width),
    width,
    height,
    layer: [
      texts(heads, across, 0, { align: 'left', fontWeight: 'bold', fontSize: fontSize + 1 }),
      {
        data: { values: dots },
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: { x: { field: 'min', ...x }, x2: { field: 'max' }, y: across, color: kind },
      },
      {
        data: { values: dots },
        mark: { type: 'point', size: 95, strokeWidth: 2, opacity: 1 },
        encoding: {
          x: { field: 'median', ...x },
          y: across,
          stroke: kind,
          fill: { condition: { test: 'datum.isOurs', value: colour('ours') }, value: colour('background') },
          shape: { condition: { test: 'datum.isOurs', value: 'circle' }, value: 'square' },
        },
      },
      ...(bound === undefined ? [] : boundLayers(bound, x)),
      texts(names, across, 0, { align: 'left' }),
      texts(figures, across, width, { align: 'right', color: colour('muted') }),
    ],
  }
}

/**
 * Returns the layer of some texts, with a halo: they stand on the grid.
 *
 * @param {readonly import('./row-layout.mjs').Text[]} values
 * @param {object} across
 * @param {number} x
 * @param {object} style
 */
function texts(values, across, x, style) {
  const halo = { stroke: colour('background'), strokeWidth: 3, strokeJoin: 'round' }
  return {
    data: { values },
    mark: { type: 'text', baseline: 'alphabetic', ...halo, ...style },
    encoding: { x: { value: x }, y: across, text: { field: 'text' } },
  }
}

/** @param {{ at: number, text: string }} bound @param {object} x */
function boundLayers({ at, text }, x) {
  const data = { values: [{ at, text }] }
  return [
    {
      data,
      mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.5, color: colour('ink') },
      encoding: { x: { field: 'at', ...x } },
    },
    {
      data,
      mark: { type: 'text', baseline: 'bottom', dy: -3, align: 'center' },
      encoding: { x: { field: 'at', ...x }, y: { value: 0 }, text: { field: 'text' } },
    },
  ]
}
