/** A condition on a label of a series, such as `revoked_verdict="active"`. */
export interface Matcher {
  readonly label: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** What an expression selects: series whose labels fulfil every condition. `__name__` is one. */
export type Selector = readonly Matcher[]

/** A series that was exported, with its labels. `__name__` is one. */
export type Series = Readonly<Record<string, string>>

const groupings = /\b(?:by|on|without) \(([^)]*)\)/g
const selectors = /(?<name>\b(?:revoked_\w+|up)\b)?\{(?<matchers>[^{}]*)\}|\b(?<plain>revoked_\w+|up)\b/g
const matchers = /(?<label>\w+)\s*(?<operator>=~|!~|!=|=)\s*"(?<value>[^"]*)"/g

/** Returns what an expression of Prometheus selects. */
export function selectorsOf(expression: string): readonly Selector[] {
  return [...expression.replace(groupings, '').matchAll(selectors)].map(({ groups = {} }) => {
    const name = groups['name'] ?? groups['plain']
    const conditions = [...(groups['matchers'] ?? '').matchAll(matchers)].map(
      ([, label = '', operator, value = '']) => {
        return { label, operator: operator as Matcher['operator'], value }
      },
    )
    return name === undefined ? conditions : [{ label: '__name__', operator: '=', value: name }, ...conditions]
  })
}

/** Returns the labels by which an expression groups series, in the order in which it names them. */
export function groupingLabelsOf(expression: string): readonly string[] {
  return [...expression.matchAll(groupings)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))
}

/** Returns whether a series is selected. A label that it has not is empty, as Prometheus has it. */
export function isSelected(series: Series, selector: Selector): boolean {
  return selector.every(({ label, operator, value }) => {
    const is = series[label] ?? ''
    if (operator === '=') return is === value
    if (operator === '!=') return is !== value
    return new RegExp(`^(?:${value})$`).test(is) === (operator === '=~')
  })
}

/** Returns the words of a regular expression of words, groups and `|`: `a(b|c)|d` are `ab ac d`. */
export function alternativesOf(pattern: string): readonly string[] {
  const group = /\((?<inner>[^()]*)\)(?<optional>\?)?/.exec(pattern)
  if (group === null) return pattern.split('|')
  const [before, after] = [pattern.slice(0, group.index), pattern.slice(group.index + group[0].length)]
  const inner = [...(group.groups?.['inner'] ?? '').split('|'), ...(group.groups?.['optional'] ? [''] : [])]
  // What precedes and follows the group within its own alternative goes with each word of it.
  const [start, end] = [before.lastIndexOf('|') + 1, after.indexOf('|') === -1 ? after.length : after.indexOf('|')]
  const words = inner.map((word) => `${before.slice(start)}${word}${after.slice(0, end)}`).join('|')
  return alternativesOf(`${before.slice(0, start)}${words}${after.slice(end)}`)
}

/**
 * Returns the series of a text that the exporter of Prometheus serves, as if it were scraped. Those
 * of a collector have the unit of durations in their names.
 */
export function seriesOf(exposition: string, units: ReadonlyMap<string, string> = new Map()): readonly Series[] {
  const durations = [...units].filter(([, unit]) => unit === 's').map(([name]) => name.replaceAll('.', '_'))
  const nameOf = (name: string): string => {
    const duration = durations.find((one) => name.startsWith(one))
    return duration === undefined ? name : name.replace(duration, `${duration}_seconds`)
  }

  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', list = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? []
      const labels = [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
        label,
        value,
      ])
      return { __name__: nameOf(name), job: 'api', instance: 'a', ...Object.fromEntries(labels) }
    })
}
