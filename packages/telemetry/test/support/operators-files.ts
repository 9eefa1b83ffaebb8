import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The path of the alert rules. */
export const rulesPath: string = fileURLToPath(new URL('../../prometheus/alerts.yml', import.meta.url))

/** The text of the alert rules. */
export const rulesText: string = readFileSync(rulesPath, 'utf8')

/** An alert rule. */
interface AlertRule {
  readonly name: string
  readonly expr: string
  /** Its whole text, as the file has it. */
  readonly text: string
}

/** The alert rules, in the order of the file. */
export const alertRules: readonly AlertRule[] = rulesText
  .split('- alert: ')
  .slice(1)
  .map((text) => {
    const { name = '', expr = '' } =
      /^(?<name>\w+)\s+expr:(?<expr>[\s\S]+?)\n {8}(?:for|labels):/.exec(text)?.groups ?? {}
    return { name, expr, text }
  })

/** The names of the alerts. */
export const alertNames: readonly string[] = alertRules.map(({ name }) => name)

/** The paths of the cases that `promtool` runs. */
export const casePaths: readonly string[] = ['checks', 'writes', 'caches'].map((name) =>
  fileURLToPath(new URL(`promtool/${name}.yml`, import.meta.url)),
)

/**
 * The alert rules in fast motion: a minute takes two seconds. Nothing else differs, so the test
 * need not wait for minutes.
 */
export const fastRules: string = rulesText.replace(
  /(?<before>\[|for: |offset )(?<count>\d+)(?<unit>[mh])\b/g,
  (_, before: string, count: string, unit: string) => `${before}${Number(count) * (unit === 'h' ? 60 : 1) * 2}s`,
)

/** Returns the rules with another expression in each of them, for as long as it takes. */
export function rulesWith(expression: string): string {
  return alertRules.reduce((rules, { text, expr }) => {
    const replaced = text.replace(expr, () => ` ${expression}`).replace(/\n {8}for: \w+/, '')
    return rules.replace(text, () => replaced)
  }, rulesText)
}

/** A query of a panel. */
interface Target {
  readonly refId: string
  readonly datasource: unknown
  readonly expr: string
  readonly legendFormat: string
}

/** A panel of the dashboard. */
interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly description?: string
  readonly datasource?: unknown
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } }
  readonly targets?: readonly Target[]
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

const dashboardText = readFileSync(new URL('../../grafana/dashboard.json', import.meta.url), 'utf8')

/** The dashboard. */
export const dashboard: Dashboard = JSON.parse(dashboardText) as Dashboard

/** What a panel asks Prometheus. */
interface Query {
  readonly title: string
  readonly expr: string
  readonly legend: string
}

/** The expressions of the dashboard, as Grafana sends them when everything is selected. */
export const dashboardQueries: readonly Query[] = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({
    title,
    legend: legendFormat,
    expr: expr.replaceAll('$job', '.*').replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m'),
  })),
)
