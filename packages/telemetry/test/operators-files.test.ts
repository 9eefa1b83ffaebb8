// The alert rules and the dashboard, as files. The matrix runs them over a real Prometheus.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { alertNames, alertRules, casePaths, dashboard, fastRules, rulesText } from './support/operators-files.ts'

test('every alert has a severity, says what is wrong and links to what to do', () => {
  const page = readFileSync(new URL('../../../docs/operate/rules-and-dashboard.md', import.meta.url), 'utf8')
  expect(alertNames).toHaveLength(new Set(alertNames).size)
  for (const { name, text: rule } of alertRules) {
    expect(rule).toMatch(/labels: \{ severity: (critical|warning) \}/)
    expect(rule).toMatch(/summary: .+\n\s+description: /)
    expect(rule).toContain(`/operate/rules-and-dashboard#${name.toLowerCase()}\n`)
    expect(page).toContain(`\n### ${name}\n`)
  }
})

test('promtool has a case in which each alert fires, and one in which it is quiet', () => {
  const cases = casePaths.map((path) => readFileSync(path, 'utf8')).join('')
  for (const name of alertNames) {
    expect(cases).toContain(`alertname: ${name}\n        exp_alerts:\n          - exp_labels:`)
    expect(cases).toContain(`alertname: ${name}, exp_alerts: [] }`)
  }
})

test('the rules in fast motion differ in durations only', () => {
  const durations = /\b\d+[smh]\b/g
  expect(fastRules.replaceAll(durations, '')).toBe(rulesText.replaceAll(durations, ''))
  expect(fastRules).not.toMatch(/(for: |\[|offset )\d+[mh]/)
})

describe('the dashboard', () => {
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

  test('has panels of kinds and units that Grafana knows, over the data source that is chosen', () => {
    const chosen = { type: 'prometheus', uid: ['$', '{datasource}'].join('') }
    for (const { type, datasource, fieldConfig, targets = [] } of dashboard.panels) {
      expect(['row', 'stat', 'timeseries']).toContain(type)
      if (type === 'row') continue
      expect(datasource).toEqual(chosen)
      expect(['ops', 'percentunit', 's', 'short']).toContain(fieldConfig?.defaults.unit)
      expect(targets.map((target) => target.datasource)).toEqual(targets.map(() => chosen))
      expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B', 'C', 'D'].slice(0, targets.length))
    }
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
