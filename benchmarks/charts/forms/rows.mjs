// @ts-check
// A row for each variant: its name and its figure above a dot at the median, and a line from the
// lowest to the highest round.
import { numberText, rangeText } from '../../figures/text.mjs'
import { colour, config, tickText } from '../theme.mjs'
import { ticksOf } from '../ticks.mjs'

/**
 * @typedef {import('../data.mjs').ChartSpec} ChartSpec
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 */

const width = 480
const rowHeight = 36
const headHeight = 34

/**
 * @param {ChartSpec} spec
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} rounds
 */
export function rowsForm({ title, axis, scale, bound }, panels, rounds) {
  let y = 0
  /** @type {object[]} */
  const heads = []
  /** @type {object[]} */
  const rows = []
  for (const { panel, rows: shown } of panels) {
    if (panel.title !== undefined) {
      heads.push({ y: y + 20, text: panel.title })
      y += headHeight
    }
    for (const row of shown) {
      rows.push({ ...row, label: nameOf(row), y: y + 28, textY: y + 14, text: figureOf(row) })
      y += rowHeight
    }
  }
  const shownRows = panels.flatMap((one) => one.rows)
  const across = { field: 'y', type: 'quantitative', scale: { domain: [0, y], range: [0, y] }, axis: null }
  const measured = { calculate: 'isValid(datum.median)', as: 'isMeasured' }
  const x = {
    type: 'quantitative',
    scale: scale === 'log' ? { type: 'log' } : { type: 'linear', zero: true },
    axis: { title: axis, ...ticksOf(scale, shownRows), labelFlush: true, labelExpr: tickText, orient: 'bottom' },
  }
  const kind = { condition: { test: 'datum.isOurs', value: colour('ours') }, value: colour('peer') }
  const text = (/** @type {object} */ more) => ({ type: 'text', baseline: 'alphabetic', ...more })
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: { text: title, subtitle: legendText(rounds), subtitleColor: colour('muted'), subtitlePadding: 5, offset: 8 },
    width,
    height: y,
    layer: [
      {
        data: { values: heads },
        mark: text({ align: 'left', fontWeight: 'bold', fontSize: 14 }),
        encoding: { x: { value: 0 }, y: across, text: { field: 'text' } },
      },
      {
        data: { values: rows },
        mark: text({ align: 'left' }),
        encoding: {
          x: { value: 0 },
          y: { ...across, field: 'textY' },
          text: { field: 'label' },
        },
      },
      {
        data: { values: rows },
        mark: text({ align: 'right', color: colour('muted') }),
        encoding: { x: { value: width }, y: { ...across, field: 'textY' }, text: { field: 'text' } },
      },
      {
        data: { values: rows },
        transform: [measured, { filter: 'datum.isMeasured' }],
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: { x: { field: 'min', ...x }, x2: { field: 'max' }, y: across, color: kind },
      },
      {
        data: { values: rows },
        transform: [measured, { filter: 'datum.isMeasured' }],
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
    ],
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

/** @param {Row} row */
function figureOf({ median, min, max, error }) {
  if (error !== undefined || median === undefined) return `failed: ${(error ?? 'no figure').slice(0, 40)}`
  const [middle, range] = [numberText(median, 3), rangeText([Number(min), Number(max)], 3)]
  return middle === range ? middle : `${middle} (${range})`
}

/**
 * Writes the name of a row without what the caption says of all of them, which leaves room for the
 * figure.
 *
 * @param {Row} row
 */
function nameOf({ label }) {
  return label.replace(/, (all of it )?seen before$/, '')
}

/** @param {number} rounds */
function legendText(rounds) {
  const spread = rounds === 1 ? 'one round' : `median, and the lowest to the highest of ${rounds} rounds`
  return `● revoked · □ others · ${spread}`
}
