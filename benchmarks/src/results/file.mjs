// @ts-check
// Reads and writes the results file, one benchmark at a time.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { problemsOf } from './format.mjs'

/**
 * @typedef {import('./format.mjs').BenchmarkResult} BenchmarkResult
 * @typedef {import('./format.mjs').Results} Results
 */

const shortLength = 100
/** Of an item of `series`: the file, its benchmarks, one of them, and the list. */
const seriesIndent = '        '.length

/**
 * @param {string} path
 * @returns {Results} without benchmarks, if there is no such file
 */
export function readResults(path) {
  if (!existsSync(path)) return { schema: 1, benchmarks: {} }
  const results = JSON.parse(readFileSync(path, 'utf8'))
  const problems = problemsOf(results)
  if (problems.length > 0) throw new Error(`${path} is no results file. ${problems.join(' ')}`)
  return results
}

/**
 * Replaces the part of one benchmark, and leaves the others as they are.
 *
 * @param {string} path
 * @param {string} name
 * @param {BenchmarkResult} result
 */
export function writeResult(path, name, result) {
  const { benchmarks } = readResults(path)
  const results = { schema: 1, benchmarks: { ...benchmarks, [name]: result } }
  const problems = problemsOf(results)
  if (problems.length > 0) throw new Error(`The results would be invalid. ${problems.join(' ')}`)
  mkdirSync(dirname(path), { recursive: true })
  // A run that is interrupted here leaves the old file.
  writeFileSync(`${path}.part`, `${formatResults(results)}\n`)
  renameSync(`${path}.part`, path)
}

/**
 * Formats what is short, such as a series, on one line, so that a change is easy to read.
 *
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
function formatResults(value, indent = '') {
  const isLong = typeof value === 'object' && value !== null && JSON.stringify(value).length > shortLength
  if (!isLong || indent.length >= seriesIndent) return JSON.stringify(value)
  const inner = `${indent}  `
  const items = Array.isArray(value)
    ? value.map((item) => inner + formatResults(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${formatResults(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${items.join(',\n')}\n${indent}${close}`
}
