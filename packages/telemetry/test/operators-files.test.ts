// The alert rules and the dashboard, as files. The matrix runs them over a real Prometheus.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { alertNames, dashboard, dashboardQueries, fastRules, rulesText } from './support/operators-files.ts'

const sources = new URL('../src/', import.meta.url)
const code = readdirSync(sources)
  .map((file) => readFileSync(new URL(file, sources), 'utf8'))
  .join('')

/** The metrics that the package creates, as Prometheus names them. */
const metrics: ReadonlySet<string> = new Set(
  [...code.matchAll(/(?:create\w+\(|\bname: )\s*'(revoked[\w.]+)'/g)].map(([, name = '']) => name.replaceAll('.', '_')),
)

/** Returns the metrics that an expression selects, without what exporters add. */
function selectedBy(expression: string): readonly string[] {
  const withoutGroupings = expression.replace(/\b(?:by|on|without) \([^)]*\)/g, '')
  const names = withoutGroupings.match(/\brevoked_\w+\b(?![!=])/g) ?? []
  return names.map((name) => name.replace(/_(?:total|sum|count|bucket)$/, ''))
}

test('the alert rules select metrics that exist, with and without their unit', () => {
  const expressions = [...rulesText.matchAll(/expr:(?<expr>[\s\S]+?)\n {8}(?:for|labels):/g)]
  expect(expressions).toHaveLength(alertNames.length)
  for (const [expression] of expressions) {
    const selected = selectedBy(expression)
    expect(selected.length).toBeGreaterThan(0)
    for (const name of selected) expect(metrics).toContain(name)
    // A unit is never written out.
    expect(expression).not.toMatch(/_seconds(?!\)\?)/)
    expect(expression).not.toMatch(/(?<!=~")revoked_(?:cache_lease_|cache_scan_|store_operation_duration)/)
  }
})

test('every alert has a severity, says what is wrong and links to what to do', () => {
  const page = readFileSync(new URL('../../../docs/operate/rules-and-dashboard.md', import.meta.url), 'utf8')
  const rules = rulesText.split('- alert: ').slice(1)
  expect(alertNames).toHaveLength(new Set(alertNames).size)
  for (const [index, rule] of rules.entries()) {
    const name = alertNames[index] ?? ''
    expect(rule).toMatch(/labels: \{ severity: (critical|warning) \}/)
    expect(rule).toMatch(/summary: .+\n\s+description: /)
    expect(rule).toContain(`/operate/rules-and-dashboard#${name.toLowerCase()}\n`)
    expect(page).toContain(`\n### ${name}\n`)
  }
})

test('the rules in fast motion differ in durations only', () => {
  const durations = /\b\d+[smh]\b/g
  expect(fastRules.replaceAll(durations, '')).toBe(rulesText.replaceAll(durations, ''))
  expect(fastRules).not.toMatch(/(for: |\[|offset )\d+[mh]/)
})

describe('the dashboard', () => {
  test('selects metrics that exist', () => {
    for (const { title, expr } of dashboardQueries) {
      const selected = selectedBy(expr)
      expect({ title, count: selected.length }).not.toEqual({ title, count: 0 })
      for (const name of selected) expect(metrics).toContain(name)
    }
  })

  test('filters every expression by job and instance', () => {
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr } of targets) {
        const selectors = expr.match(/\{[^}]*\}/g) ?? []
        expect(selectors.length).toBeGreaterThan(0)
        for (const selector of selectors) expect(selector).toContain('job=~"$job", instance=~"$instance"')
      }
    }
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance'])
  })

  test('shows every metric of the package', () => {
    const shown = new Set(dashboardQueries.flatMap(({ expr }) => selectedBy(expr)))
    expect(metrics.size).toBeGreaterThan(20)
    expect([...metrics].filter((name) => !shown.has(name))).toEqual([])
  })

  test('has panels that do not overlap, in 24 columns', () => {
    const taken = new Set<string>()
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24)
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          const cell = `${column}:${line}`
          expect({ title, cell, isTaken: taken.has(cell) }).toEqual({ title, cell, isTaken: false })
          taken.add(cell)
        }
      }
    }
  })
})
