/** The part of a page of Playwright that is needed here. */
export interface ScriptedPage {
  evaluate(expression: string): Promise<unknown>
}

/** What axe reports of one rule. */
interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
}

const serious: ReadonlySet<string | null> = new Set(['serious', 'critical'])

/**
 * Returns what axe finds on a page that keeps people from using it: its findings of the impact
 * "serious" or "critical", each with the elements that it is about.
 */
export async function seriousFindings(page: ScriptedPage): Promise<string[]> {
  const { default: axe } = await import('axe-core')
  await page.evaluate(axe.source)
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as readonly Violation[]
  return violations
    .filter(({ impact }) => serious.has(impact))
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')} ${failureSummary}`),
    )
}
