// What the rules, the dashboard and the README name, beside what the exporter of Prometheus serves.
import { readdirSync, readFileSync } from 'node:fs'
import type { LayeredStatus, MirroredStatus } from '@revoked/store-layered'
import { beforeAll, describe, expect, test } from 'vitest'
import { codesOfLibrary, names } from '../src/error-words.ts'
import { type EveryMetric, exportEveryMetric } from './support/every-metric.ts'
import { alertRules, dashboard, dashboardQueries } from './support/operators-files.ts'
import {
  alternativesOf,
  groupingLabelsOf,
  isSelected,
  type Matcher,
  type Series,
  selectorsOf,
  seriesOf,
} from './support/selectors.ts'

const up: Series = { __name__: 'up', job: 'api', instance: 'a' }
let exported: EveryMetric
/** As Prometheus scrapes the exporter, and a collector. */
let scrapes: readonly (readonly Series[])[]

beforeAll(async () => {
  exported = await exportEveryMetric()
  const { exposition, units } = exported
  scrapes = [
    [...seriesOf(exposition), up],
    [...seriesOf(exposition, units), up],
  ]
})

/**
 * Returns what an expression selects in vain: a metric, a label or a value that is not exported.
 */
function missedBy(expression: string): readonly string[] {
  return [...new Set(scrapes.flatMap((scraped) => missedIn(scraped, expression)))]
}

function missedIn(scraped: readonly Series[], expression: string): readonly string[] {
  return selectorsOf(expression).flatMap((selector) => {
    if (!scraped.some((series) => isSelected(series, selector))) return [JSON.stringify(selector)]
    const ofName = selector.filter(({ label }) => label === '__name__')
    const series = scraped.filter((one) => isSelected(one, ofName))
    return selector.filter(({ label }) => label !== '__name__').flatMap((matcher) => missedWords(matcher, series))
  })
}

/**
 * Returns the alternatives of a condition which no series has, or no error, if they are excluded.
 */
function missedWords({ label, operator, value }: Matcher, series: readonly Series[]): readonly string[] {
  if (!series.some((one) => label in one)) return [label]
  if (value === '' || value === '.*') return []
  const words = alternativesOf(value)
  if (operator === '!~') return words.filter((word) => ![...codesOfLibrary, ...names].some((name) => name === word))
  return words.filter((word) => !series.some((one) => one[label] === word))
}

/** Returns the labels that texts show, and that no series of an expression has. */
function unknownLabels(expression: string, shown: readonly string[]): readonly string[] {
  const selectors = selectorsOf(expression)
  const series = scrapes.flat().filter((one) => selectors.some((selector) => isSelected(one, selector)))
  return [...groupingLabelsOf(expression), ...shown].filter((label) => !series.some((one) => label in one))
}

test('everything that the package creates is exported, with a name and a unit of the conventions', () => {
  const sources = new URL('../src/', import.meta.url)
  const code = readdirSync(sources).map((file) => readFileSync(new URL(file, sources), 'utf8'))
  const created = [...code.join('').matchAll(/(?:create\w+\(|\bname: )\s*'(revoked[\w.]+)'/g)].map(([, name]) => name)
  expect([...exported.units.keys()].sort()).toEqual(created.sort())
  for (const [name, unit] of exported.units) {
    expect(name).toMatch(/^revoked(?:\.[a-z]+(?:_[a-z]+)*)+$/)
    // Seconds, an annotation in the singular, or none for what is 0 or 1.
    expect(unit).toMatch(/^(?:s|\{[a-z]+[^s]\}|)$/)
    // Namespaces are in the singular.
    for (const namespace of name.split('.').slice(1, -1)) expect(namespace).not.toMatch(/[^s]s$/)
  }
})

test('the README names every metric, with its unit', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const [name, unit] of exported.units) {
    const line = readme.split('\n').find((text) => text.startsWith('|') && text.includes(`\`${name}\``))
    expect({ name, line }).toEqual({ name, line: expect.stringContaining(unit === '' ? '0 or 1' : `\`${unit}\``) })
  }
})

test('the README and the site name metrics and attributes that are exported', () => {
  const docs = new URL('../../../docs/', import.meta.url)
  const files = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  // Without what is installed, and what builds of the site write.
  const isWritten = (file: string) => !/^(?:node_modules|reference|\.vitepress)\//.test(file)
  const pages = files.filter((file) => file.endsWith('.md') && isWritten(file))
  const paths = [new URL('../README.md', import.meta.url), ...pages.map((page) => new URL(page, docs))]
  const texts = paths.map((path) => readFileSync(path, 'utf8')).join('\n')
  const named = [...new Set([...texts.matchAll(/`(revoked(?:\.[a-z_]+)+)`/g)].map(([, name = '']) => name))]
  const labels = new Set(scrapes.flat().flatMap((one) => Object.keys(one)))
  const { units, attributesOfSpans } = exported
  const isKnown = (name: string) =>
    units.has(name) || attributesOfSpans.has(name) || labels.has(name.replaceAll('.', '_'))
  expect(named.length).toBeGreaterThan(units.size)
  expect(named.filter((name) => !isKnown(name))).toEqual([])
})

describe('the alert rules', () => {
  test('select series, labels and values that are exported', () => {
    expect(alertRules.length).toBeGreaterThan(10)
    for (const { name, expr } of alertRules) expect({ name, missed: missedBy(expr) }).toEqual({ name, missed: [] })
  })

  test('say what is wrong in labels that the alert has', () => {
    for (const { name, expr, text } of alertRules) {
      const shown = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
      expect({ name, unknown: unknownLabels(expr, shown) }).toEqual({ name, unknown: [] })
    }
  })
})

describe('the dashboard', () => {
  test('selects series, labels and values that are exported', () => {
    for (const { title, expr } of dashboardQueries)
      expect({ title, missed: missedBy(expr) }).toEqual({ title, missed: [] })
  })

  test('describes panels by metrics that exist, and shows each of them', () => {
    const texts = dashboard.panels.map(({ description = '' }) => description).join('\n')
    const named = texts.match(/\brevoked(?:\.[a-z_]+)+/g) ?? []
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !exported.units.has(name))).toEqual([])
    const selectors = dashboardQueries.flatMap(({ expr }) => selectorsOf(expr))
    const shown = scrapes.flat().filter((one) => selectors.some((selector) => isSelected(one, selector)))
    const isShown = (name: string) => {
      const inPrometheus = new RegExp(`^${name.replaceAll('.', '_')}(?:_total|_sum|_count|_bucket)?$`)
      return shown.some(({ __name__: one = '' }) => inPrometheus.test(one))
    }
    expect([...exported.units.keys()].filter((name) => !isShown(name))).toEqual([])
  })

  test('lists jobs and instances by a metric that is exported', () => {
    const queries = dashboard.templating.list.flatMap(({ definition = [] }) => definition)
    expect(queries).toHaveLength(2)
    for (const query of queries) expect(missedBy(query.replaceAll('$job', '.*'))).toEqual([])
  })

  test('has legends of labels that are left after the aggregation', () => {
    for (const { title, expr, legend } of dashboardQueries) {
      const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
      const kept = groupingLabelsOf(expr)
      const lost = /\b(?:sum|max|min)\b/.test(expr) ? shown.filter((label) => !kept.includes(label)) : []
      expect({ title, lost, unknown: unknownLabels(expr, shown) }).toEqual({ title, lost: [], unknown: [] })
    }
  })
})

test('every state of a cache and of a mirror is one of those that are exported', () => {
  const all: Readonly<Record<LayeredStatus['state'] | MirroredStatus['state'], true>> = {
    live: true,
    idle: true,
    stale: true,
    starting: true,
    scanning: true,
    overflowed: true,
    closed: true,
  }
  const states = scrapes.flat().flatMap(({ revoked_cache_state: state = [] }) => state)
  expect([...new Set(states)].sort()).toEqual(Object.keys(all).sort())
})

test.each([
  ['a metric', 'rate(revoked_check_total[5m])'],
  ['a name without a unit', 'revoked_cache_lease_age > 1'],
  ['a name with a unit', 'revoked_cache_lease_age_seconds > 1'],
  ['a suffix', 'rate(revoked_checks[5m])'],
  ['a label', 'revoked_checks_total{verdict!="active"}'],
  ['a value', 'revoked_checks_total{revoked_verdict="denied"}'],
  ['one of several values', 'revoked_cache_status{revoked_cache_state=~"live|over(flowed|run)"}'],
  [
    'an error that is excluded',
    'revoked_revocation_failures_total{error_type!~"TypeError|ERR_(TOKEN_EXPIRED|NOTHING)"}',
  ],
])('finds %s that is not exported', (_, expression) => {
  expect(missedBy(expression)).toHaveLength(1)
})

test('finds a label that is not exported, in groupings and texts', () => {
  expect(unknownLabels('sum by (verdict) (rate(revoked_checks_total[5m]))', ['error_type', 'code'])).toEqual([
    'verdict',
    'code',
  ])
})
