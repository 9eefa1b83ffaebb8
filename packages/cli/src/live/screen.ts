import type { Output } from '../output/output.ts'
import { printable } from '../output/printable.ts'
import { counted, grouped, reasonName, scopeName } from '../output/scope-names.ts'
import type { Style } from '../output/style.ts'
import type { StoreSummary } from '../store/summarise-store.ts'
import type { ActivityCounts } from './activity.ts'

/** So that the log is on a screen of 24 lines. */
const mostScopes = 10
const mostReasons = 5
const column = 14

/** What a screen shows. */
export interface ScreenState {
  readonly summary: StoreSummary
  /** The number of processes that changes are pushed to, if the store knows it. */
  readonly subscribers: number | undefined
  /** Whether the process that shows it is one of them. */
  readonly isSubscribed: boolean
  /** The changes since the start. `undefined`: none were followed. */
  readonly activity: ActivityCounts | undefined
  readonly isLive: boolean
}

/** Returns the lines of a screen. */
export function screenLines(state: ScreenState, style: Style): readonly string[] {
  const { summary, subscribers, isSubscribed, activity, isLive } = state
  const number = (count: number): string => grouped(count).padStart(column)
  const head = activity === undefined ? ['marks'] : ['marks', 'last minute', 'since start']
  const scopes = new Set([...summary.byScope.keys(), ...(activity?.revoked.keys() ?? [])])
  const rows = Array.from([...scopes].slice(0, mostScopes), (scope) => {
    const { lastMinute = 0, total = 0 } = activity?.revoked.get(scope) ?? {}
    const counts = [summary.byScope.get(scope) ?? 0, ...(activity === undefined ? [] : [lastMinute, total])]
    return `${counts.map(number).join('')}  ${scopeName(scope)}`
  })
  const reasons = [...summary.byReason].slice(0, mostReasons)
  return [
    `${style.bold(counted(summary.marks, 'live mark'))}, ${grouped(summary.expiringSoon)} expire within an hour${isLive ? '' : style.bad('   the store does not answer')}`,
    style.dim(`${head.map((title) => title.padStart(column)).join('')}  target`),
    ...rows,
    ...(scopes.size > mostScopes ? [`${number(scopes.size - mostScopes)}  more claims`] : []),
    ...(activity === undefined || activity.reinstated === 0
      ? []
      : [`${grouped(activity.reinstated)} reinstated since the start`]),
    ...(reasons.length === 0 ? [] : [style.bold('Reasons')]),
    ...reasons.map(([reason, count]) => `${number(count)}  ${reasonName(reason)}`),
    style.bold('Change log'),
    `${number(summary.changes)}  changes so far, in ${counted(summary.logs, 'log')}`,
    subscribers === undefined
      ? `${'–'.padStart(column)}  subscribers: not known of this store`
      : `${number(subscribers)}  subscribers${isSubscribed ? ', this screen included' : ''}`,
  ]
}

/** Draws a screen over the one before on a terminal; elsewhere it follows. */
export function drawScreen(state: ScreenState, { style, line }: Output): void {
  const { stdout } = process
  const lines = screenLines(state, style)
  if (!stdout.isTTY) {
    for (const text of [...lines, '']) line(text)
    return
  }
  // A terminal that does not know its size says 0.
  const fitting = lines.slice(0, Math.max(1, (stdout.rows || 24) - 1))
  stdout.write(`\u001b[H${fitting.map((text) => `${printable(text)}\u001b[K\n`).join('')}\u001b[J`)
}

/** Begins to draw, on a terminal apart from what is on it. Returns the function that goes back. */
export function openScreen(): () => void {
  const { stdout } = process
  if (!stdout.isTTY) return () => undefined
  // A line that is too long is cut. Wrapped, it would scroll the screen.
  stdout.write('\u001b[?1049h\u001b[?25l\u001b[?7l')
  const close = (): void => void stdout.write('\u001b[?7h\u001b[?25h\u001b[?1049l')
  // An error that nobody expects must not leave the terminal like that.
  process.once('exit', close)
  return () => {
    process.off('exit', close)
    close()
  }
}
