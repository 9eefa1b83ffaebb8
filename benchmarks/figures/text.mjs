// @ts-check
// How figures are written in prose and in tables.

/**
 * @typedef {import('../src/measure/figures.mjs').Spread} Spread
 * @typedef {import('../src/results/format.mjs').BenchmarkResult} BenchmarkResult
 */

/**
 * Writes a number with so many significant digits, and all digits before the decimal point.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function numberText(value, digits = 2) {
  if (!Number.isFinite(value)) throw new Error('A figure is no number.')
  if (value === 0) return '0'
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits))))))
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/**
 * Writes the lowest and the highest of some figures, as `0.5 to 0.9`, or one number if both look
 * the same.
 *
 * @param {readonly number[]} values
 * @param {number} [digits]
 */
export function rangeText(values, digits = 2) {
  const [low, high] = [numberText(Math.min(...values), digits), numberText(Math.max(...values), digits)]
  return low === high ? low : `${low} to ${high}`
}

/**
 * Writes a median with the lowest and the highest: `8,000 (7,000 to 9,000)`.
 *
 * @param {Spread} spread
 * @param {number} [digits]
 */
export function spreadText({ median, min, max }, digits = 3) {
  return `${numberText(median, digits)} (${rangeText([min, max], digits)})`
}

/**
 * Writes where the figures of a benchmark come from.
 *
 * @param {BenchmarkResult} result
 */
export function sourceText({ machine, node, servers, date, rounds }) {
  return [
    `${machine.cpu}, ${machine.cores} cores`,
    `Node ${node}`,
    ...Object.entries(servers).map(([name, version]) => `${name === 'redis' ? 'Redis' : name} ${version}`),
    date.slice(0, 10),
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
  ].join(', ')
}

/**
 * Writes where the figures of several benchmarks come from. Those that differ are named.
 *
 * @param {readonly (readonly [string, BenchmarkResult])[]} results by name
 */
export function sourcesText(results) {
  const sources = [...new Set(results.map(([, result]) => sourceText(result)))]
  if (sources.length === 1) return sources.join()
  const namesOf = (/** @type {string} */ source) =>
    results.flatMap(([name, result]) => (sourceText(result) === source ? [name] : []))
  return sources.map((source) => `${source} (${namesOf(source).join(', ')})`).join('; ')
}

/**
 * Writes the versions of the peers that took part in a benchmark.
 *
 * @param {BenchmarkResult} result
 */
export function versionsText({ versions }) {
  return Object.entries(versions)
    .filter(([name]) => !name.startsWith('@revoked/'))
    .map(([name, version]) => `${name.replace(/^peers\/[^/]+\//, '')} ${version}`)
    .join(', ')
}

/** @param {readonly string[]} header @param {readonly (readonly string[])[]} rows */
export function tableText(header, rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = `|${header.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`
  return [line(header), rule, ...rows.map(line)].join('\n')
}
