// @ts-check
// A line for each variant along a quantity, with a bar from the lowest to the highest round. Lines
// differ in their points and dashes too, not in colour alone.
import { padding } from '../frames.mjs'
import { colour, config, fontSize, tickText } from '../theme.mjs'
import { powersOfTen, ticksOf } from '../ticks.mjs'
import { wrapToWidth } from '../wrap.mjs'
import { headingOf, spreadNote } from './heading.mjs'
import { projectScales } from './scales.mjs'

/**
 * @typedef {import('../data.mjs').ChartSpec} ChartSpec
 * @typedef {import('../data.mjs').Panel} Panel
 * @typedef {import('../data.mjs').Row} Row
 * @typedef {import('../frames.mjs').Frame} Frame
 */

const height = 250
/** The room that the texts of the vertical axis take, that of the last tick, and that between. */
const axisWidth = 44
const endWidth = 14
const gap = 12

/**
 * @param {ChartSpec} spec
 * @param {readonly { panel: Panel, rows: readonly Row[] }[]} panels
 * @param {number} rounds
 * @param {Frame} frame
 */
export function linesForm(spec, panels, rounds, frame) {
  const inner = frame.width - 2 * padding
  const columns = Math.min(panels.length, frame.columns - 1)
  const width = Math.floor((inner - gap * (columns - 1)) / columns) - axisWidth - endWidth
  const all = panels.flatMap(({ rows }) => rows)
  const measured = all.filter(({ error }) => error === undefined)
  const labels = [...new Set(measured.map(({ label }) => label))]
  const failed = [...new Set(all.filter(({ error }) => error !== undefined).map(({ label }) => label))]
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    padding,
    title: headingOf(spec.title, [spreadNote(rounds), ...failed.map((label) => `failed: ${label}`)], inner),
    columns,
    spacing: { column: gap, row: 24 },
    concat: panels.map(({ panel, rows }) => ({
      ...(panel.title === undefined ? {} : { title: panelTitle(panel.title, width + axisWidth) }),
      width,
      height,
      data: { values: rows.filter(({ error }) => error === undefined) },
      encoding: { x: xOf(spec, rows), color: projectScales('label', labels).color },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: { y: yOf('median', spec, measured, width), strokeDash: projectScales('label', labels).strokeDash },
        },
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { y: yOf('min', spec, measured, width), y2: { field: 'max' } },
        },
        {
          mark: { type: 'point', size: 80, strokeWidth: 2, fill: colour('background'), opacity: 1 },
          encoding: { y: yOf('median', spec, measured, width), shape: projectScales('label', labels).shape },
        },
      ],
    })),
  }
}

/** @param {string} title @param {number} width */
function panelTitle(title, width) {
  return { text: wrapToWidth(title, width, fontSize + 1, true), fontSize: fontSize + 1, frame: 'bounds', offset: 10 }
}

/** @param {ChartSpec} spec @param {readonly Row[]} rows */
function xOf({ along }, rows) {
  return {
    field: 'along',
    type: 'quantitative',
    scale: { type: 'log', nice: false },
    axis: {
      title: along?.title,
      values: [...new Set(rows.map((row) => row.along))],
      labelExpr: tickText,
      labelFlush: false,
      labelOverlap: false,
      grid: false,
    },
  }
}

/**
 * Returns the vertical axis, which is the same in all panels.
 *
 * @param {string} field
 * @param {ChartSpec} spec
 * @param {readonly Row[]} rows of all panels
 * @param {number} width
 */
function yOf(field, { axis, scale }, rows, width) {
  const powers = powersOfTen(rows)
  const top = Math.max(...rows.map(({ max }) => Number(max)))
  return {
    field,
    type: 'quantitative',
    scale:
      scale === 'log'
        ? { type: 'log', domain: [powers[0], powers.at(-1)] }
        : { type: 'linear', domain: [0, top], nice: true },
    axis: {
      title: wrapToWidth(axis, width + axisWidth, fontSize),
      minExtent: axisWidth - 4,
      // Above the axis: beside it, a phone has no room.
      titleAngle: 0,
      titleAlign: 'left',
      titleAnchor: 'start',
      titleBaseline: 'bottom',
      titleX: 4 - axisWidth,
      titleY: -10,
      labelExpr: tickText,
      ...ticksOf(scale, rows),
    },
  }
}
