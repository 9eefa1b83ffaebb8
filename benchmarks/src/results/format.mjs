// @ts-check
// The format of `results/results.json`: flat series, which a chart can read without knowing the
// benchmark.

/**
 * @typedef {string | number | boolean} GroupValue
 * @typedef {Readonly<Record<string, GroupValue>>} Group what a variant was measured under, such as
 *   `{ client: 'ioredis', concurrency: 64, delayMs: 1 }`
 *
 *
 * @typedef {object} Series one figure of one variant
 * @property {string} variant
 * @property {Group} [group]
 * @property {string} metric
 * @property {string} unit
 * @property {readonly number[]} values one per round, in the order of the rounds. A variant that
 *   failed has those of the rounds before.
 * @property {number} median
 * @property {number} min
 * @property {number} max
 *
 *
 * @typedef {object} Failure a variant that could not be measured, with its error
 * @property {string} variant
 * @property {Group} [group]
 * @property {string} error
 *
 *
 * @typedef {{ readonly cpu: string, readonly cores: number, readonly memory: number, readonly os:
 *   string }} Machine `memory`: in bytes
 *
 *
 * @typedef {object} BenchmarkResult
 * @property {string} title
 * @property {Machine} machine
 * @property {string} node
 * @property {Readonly<Record<string, string>>} versions of the packages that took part
 * @property {Readonly<Record<string, string>>} servers
 * @property {string} date of the start, in ISO 8601
 * @property {number} seconds
 * @property {number} rounds
 * @property {readonly Failure[]} [failed]
 * @property {Readonly<Record<string, boolean>>} targets whether each is met
 * @property {readonly Series[]} series
 *
 *
 * @typedef {{ readonly schema: 1, readonly benchmarks: Readonly<Record<string, BenchmarkResult>> }}
 *   Results
 */

/**
 * Returns what is wrong with a results file, in sentences. An empty list means that it is one.
 *
 * @param {unknown} value
 * @returns {string[]}
 */
export function problemsOf(value) {
  if (!isRecord(value) || value['schema'] !== 1) return ['The schema is not 1.']
  const { benchmarks } = value
  if (!isRecord(benchmarks)) return ['There are no benchmarks.']
  return Object.entries(benchmarks).flatMap(([name, result]) =>
    problemsOfResult(result).map((problem) => `${name}: ${problem}`),
  )
}

/** @param {unknown} result */
function problemsOfResult(result) {
  if (!isRecord(result)) return ['It is no object.']
  const { title, machine, node, versions, servers, date, seconds, rounds, failed, targets, series } = result
  const problems = [
    ...(isText(title) ? [] : ['It has no title.']),
    ...(isMachine(machine) ? [] : ['Its machine is incomplete.']),
    ...(isText(node) ? [] : ['It has no version of Node.']),
    ...(isRecordOf(versions, isText) ? [] : ['Its versions are not texts.']),
    ...(isRecordOf(servers, isText) ? [] : ['Its servers are not texts.']),
    ...(isText(date) && new Date(date).toJSON() === date ? [] : ['Its date is not in ISO 8601.']),
    ...(isNumber(seconds) && seconds >= 0 ? [] : ['Its duration is no number of seconds.']),
    ...(isNumber(rounds) && Number.isSafeInteger(rounds) && rounds > 0 ? [] : ['Its rounds are no whole number.']),
    ...(failed === undefined || (Array.isArray(failed) && failed.every(isFailure)) ? [] : ['A failure is incomplete.']),
    ...(isRecordOf(targets, (met) => typeof met === 'boolean') ? [] : ['A target is neither met nor missed.']),
  ]
  if (!Array.isArray(series)) return [...problems, 'It has no series.']
  const failures = Array.isArray(failed) ? failed.filter(isFailure) : []
  if (series.length === 0 && failures.length === 0) problems.push('It has neither series nor failures.')
  return [...problems, ...series.flatMap((one) => problemsOfSeries(one, Number(rounds), failures)), ...repeated(series)]
}

/**
 * @param {unknown} series
 * @param {number} rounds
 * @param {readonly Failure[]} failures
 */
function problemsOfSeries(series, rounds, failures) {
  if (!isRecord(series) || !isText(series['variant']) || !isText(series['metric']) || !isText(series['unit'])) {
    return ['A series lacks its variant, metric or unit.']
  }
  const { variant, metric, group, values, median, min, max } = series
  const name = `${variant}, ${metric}`
  if (!isGroup(group)) return [`The group of ${name} is not flat.`]
  if (!Array.isArray(values) || values.length === 0 || !values.every(isNumber)) return [`${name} has no values.`]
  const hasFailed = failures.some((failure) => failure.variant === variant && isSameGroup(failure.group, group))
  const sorted = values.toSorted((a, b) => a - b)
  return [
    ...(values.length === rounds || (hasFailed && values.length < rounds) ? [] : [`${name} lacks a round.`]),
    ...(min === sorted[0] && max === sorted.at(-1) ? [] : [`The extremes of ${name} are not those of its values.`]),
    ...(isNumber(median) && median >= Number(min) && median <= Number(max) ? [] : [`${name} has no median.`]),
  ]
}

/** @param {readonly unknown[]} series */
function repeated(series) {
  const names = series.filter(isRecord).map(({ variant, group, metric }) => JSON.stringify([variant, group, metric]))
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `There are two series of ${name}.`)
}

/**
 * Tells whether two groups are the same, whatever the order of their keys.
 *
 * @param {unknown} one
 * @param {unknown} other
 */
export function isSameGroup(one, other) {
  const sorted = (/** @type {unknown} */ group) => JSON.stringify(Object.entries(group ?? {}).sort())
  return sorted(one) === sorted(other)
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @param {unknown} value @param {(value: unknown) => boolean} isOne */
function isRecordOf(value, isOne) {
  return isRecord(value) && Object.values(value).every(isOne)
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === 'string' && value !== ''
}

/** @param {unknown} value @returns {value is number} */
function isNumber(value) {
  return Number.isFinite(value)
}

/** @param {unknown} value @returns {value is Group | undefined} */
function isGroup(value) {
  return value === undefined || isRecordOf(value, (one) => ['string', 'number', 'boolean'].includes(typeof one))
}

/** @param {unknown} value @returns {value is Failure} */
function isFailure(value) {
  return isRecord(value) && isText(value['variant']) && isText(value['error']) && isGroup(value['group'])
}

/** @param {unknown} value */
function isMachine(value) {
  if (!isRecord(value)) return false
  return isText(value['cpu']) && isText(value['os']) && isNumber(value['cores']) && isNumber(value['memory'])
}
