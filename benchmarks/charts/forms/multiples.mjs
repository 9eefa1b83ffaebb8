// @ts-check
// A small chart for each variant, all with the same axes, and in each the same few lines along a
// quantity, with a bar from the lowest to the highest round. The points tell whose the variant is,
// and the colours and dashes tell the lines apart.
import { padding } from '../frames.mjs'
import { colour, config, fontSize, tickText } from '../theme.mjs'
import { powersOfTen } from '../ticks.mjs'
import { wrapToWidth } from '../wrap.mjs'
import { briefName, headingOf, kindsText, spreadNote } from './heading.mjs'
import { lineScales } from './scales.mjs'

/**
 * @typedef {import('../data.mjs').ChartSpec} ChartSpec
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 * @typedef {import('../frames.mjs').Frame} Frame
 */

const height = 112
/** The room that the texts of the vertical axis take, that of the last tick, and that between. */
const axisWidth = 44
const endWidth = 14
const gap = 8
const textSize = fontSize - 1
/** Names in bold that a phone has room for. */
const nameSize = 11.5
const ownPoint = { shape: 'circle', filled: true }
const peerPoint = { shape: 'square', fill: colour('background') }

/**
 * @param {ChartSpec} spec
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} rounds
 * @param {Frame} frame
 */
export function multiplesForm(spec, panels, rounds, { width: outer, columns }) {
  const inner = outer - 2 * padding
  const cellWidth = Math.floor((inner - gap * (columns - 1)) / columns)
  const rows = panels.flatMap((one) => one.rows)
  const measured = rows.filter(({ error }) => error === undefined)
  const failed = [...new Set(rows.filter(({ error }) => error !== undefined).map(({ label }) => label))]
  const names = [...new Set(measured.map(({ line = '' }) => line))]
  const cells = [...new Set(measured.map(({ label }) => label))]
  const notes = [
    `${kindsText} · ${spreadNote(rounds)}`,
    ...(spec.along?.scale === 'steps' ? [`the steps from left to right are not to scale`] : []),
    ...failed.map((label) => `failed: ${label}`),
  ]
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: { ...config, legend: { ...config.legend, columns: columns === 2 ? 1 : 3 } },
    padding,
    title: headingOf(spec.title, notes, inner),
    columns,
    spacing: { column: gap, row: 22 },
    concat: cells.map((label) => {
      const shown = measured.filter((row) => row.label === label)
      return {
        title: cellTitle(label, shown[0]?.isOurs === true, spec.axis, cellWidth),
        width: cellWidth - axisWidth - endWidth,
        height,
        data: { values: shown },
        encoding: { x: xOf(spec, measured, cellWidth - axisWidth), color: lineScales('line', names).color },
        layer: layersOf(spec, measured, names, shown[0]?.isOurs === true),
      }
    }),
  }
}

/** @param {string} label @param {boolean} isOurs @param {string} axis @param {number} width */
function cellTitle(label, isOurs, axis, width) {
  return {
    text: wrapToWidth(`${isOurs ? '●' : '□'}\u00a0${briefName(label)}`, width, nameSize, true),
    color: colour(isOurs ? 'ours' : 'ink'),
    fontSize: nameSize,
    frame: 'bounds',
    offset: 6,
    subtitle: wrapToWidth(axis, width, textSize),
    subtitleFontSize: textSize,
    subtitleColor: colour('muted'),
    subtitlePadding: 2,
  }
}

/**
 * @param {ChartSpec} spec
 * @param {readonly Row[]} rows
 * @param {readonly string[]} names
 * @param {boolean} isOurs
 */
function layersOf(spec, rows, names, isOurs) {
  const { strokeDash } = lineScales('line', names)
  const y = yOf(spec, rows)
  return [
    { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { y: { field: 'median', ...y }, strokeDash } },
    { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { y: { field: 'min', ...y }, y2: { field: 'max' } } },
    {
      mark: { type: 'point', size: 36, strokeWidth: 1.5, opacity: 1, ...(isOurs ? ownPoint : peerPoint) },
      encoding: { y: { field: 'median', ...y } },
    },
  ]
}

/** @param {ChartSpec} spec @param {readonly Row[]} rows @param {number} width */
function xOf({ along }, rows, width) {
  const values = [...new Set(rows.map((row) => Number(row.along)))].toSorted((one, other) => one - other)
  const { scale = 'log' } = along ?? {}
  const measured = { type: 'quantitative', scale: { type: scale, domain: [values[0], values.at(-1)], nice: false } }
  const stepped = { type: 'ordinal', scale: { type: 'point', domain: values, padding: 0 } }
  return {
    field: 'along',
    ...(scale === 'steps' ? stepped : measured),
    axis: {
      title: wrapToWidth(along?.title ?? '', width, textSize),
      titleFontSize: textSize,
      titlePadding: 2,
      values,
      labelAngle: 0,
      labelExpr: tickText,
      labelFlush: false,
      labelOverlap: false,
      grid: false,
    },
  }
}

/** @param {ChartSpec} spec @param {readonly Row[]} rows */
function yOf({ scale }, rows) {
  const powers = powersOfTen(rows)
  const log = { scale: { type: 'log', domain: [powers[0], powers.at(-1)] }, ticks: { values: powers } }
  const top = Math.max(...rows.map(({ max }) => Number(max)))
  const linear = { scale: { type: 'linear', domain: [0, top], nice: true }, ticks: { tickCount: 5 } }
  const { scale: shown, ticks } = scale === 'log' ? log : linear
  return {
    type: 'quantitative',
    scale: shown,
    axis: { title: null, minExtent: axisWidth - 4, labelExpr: tickText, labelOverlap: false, ...ticks },
  }
}
