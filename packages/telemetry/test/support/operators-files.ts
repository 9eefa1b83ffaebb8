import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The path of the alert rules. */
export const rulesPath: string = fileURLToPath(new URL('../../prometheus/alerts.yml', import.meta.url))

/** The text of the alert rules. */
export const rulesText: string = readFileSync(rulesPath, 'utf8')

/** The names of the alerts. */
export const alertNames: readonly string[] = [...rulesText.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)

/**
 * The alert rules in fast motion: a minute takes two seconds. Nothing else differs, so the test
 * need not wait for minutes.
 */
export const fastRules: string = rulesText.replace(
  /(?<before>\[|for: |offset )(?<count>\d+)(?<unit>[mh])\b/g,
  (_, before: string, count: string, unit: string) => `${before}${Number(count) * (unit === 'h' ? 60 : 1) * 2}s`,
)

/** A panel of the dashboard. */
interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly targets?: readonly { readonly expr: string }[]
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] }
}

const dashboardText = readFileSync(new URL('../../grafana/dashboard.json', import.meta.url), 'utf8')

/** The dashboard. */
export const dashboard: Dashboard = JSON.parse(dashboardText) as Dashboard

/** The expressions of the dashboard, as Grafana sends them when everything is selected. */
export const dashboardQueries: readonly { readonly title: string; readonly expr: string }[] = dashboard.panels.flatMap(
  ({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$job', '.*').replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m'),
    })),
)
