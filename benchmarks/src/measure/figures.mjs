// @ts-check

/**
 * @typedef {{ readonly median: number, readonly min: number, readonly max: number }} Spread of one
 *   figure, over the rounds
 */

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/**
 * Returns the ratio of two figures, taken within each round, because both were measured within
 * seconds.
 *
 * @param {readonly number[]} values
 * @param {readonly number[]} others
 */
export function ratioOf(values, others) {
  return spreadOf(values.map((value, round) => value / (others[round] ?? Number.NaN)))
}

/**
 * @param {Spread} spread
 * @param {number} [digits]
 */
export function formatSpread({ median, min, max }, digits = 0) {
  return `${formatNumber(median, digits)} (${formatNumber(min, digits)} to ${formatNumber(max, digits)})`
}

/**
 * @param {number} value
 * @param {number} [digits]
 */
export function formatNumber(value, digits = 0) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/**
 * Formats a Markdown table for the README.
 *
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
export function formatTable(header, rows) {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const format = (/** @type {readonly string[]} */ line) =>
    `| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [format(header), rule, ...rows.map(format)].join('\n')
}
