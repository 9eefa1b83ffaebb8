import { withDeadline } from '@revoked/core'
import { forwardMembers } from './forward-members.ts'
import { assertMethods, readTelemetryOptions, type TelemetryOptions, telemetryOptionNames } from './options.ts'
import { type ReasonOptions, readReasons } from './reasons.ts'
import { createSessionCounts, type SessionCounts } from './session-counts.ts'
import { observedSessionWrites, type SessionWrites } from './session-writes.ts'
import { inSpan } from './spans.ts'

/**
 * What is observed of sessions: those of `createSessions` of `@revoked/sessions`.
 *
 * @example
 * ```ts
 * import type { Sessions } from '@revoked/sessions'
 * import type { ObservableSessions } from '@revoked/telemetry'
 *
 * const asObservable = (sessions: Sessions<unknown>): ObservableSessions => sessions
 * ```
 */
export interface ObservableSessions extends SessionWrites {
  /** Returns the same writes in a transaction of the caller. */
  within(transaction: unknown, options?: never): SessionWrites & { afterCommit(): Promise<unknown> }
}

/**
 * The options of `observedSessions`.
 *
 * @example
 * ```ts
 * import { memorySessions } from '@revoked/store-memory'
 * import type { ObservedSessionsOptions } from '@revoked/telemetry'
 *
 * const store = memorySessions()
 * const options: ObservedSessionsOptions = { reasons: ['device_lost'], countOpen: () => store.size }
 * ```
 */
export interface ObservedSessionsOptions extends TelemetryOptions, ReasonOptions {
  /**
   * Returns how many sessions are open, of all subjects, such as by `SELECT count(*)`. It is called
   * at each collection, and may take two seconds. A failure is left out of the metrics. Without it,
   * `revoked.session.open` is not reported: only the store can count them.
   */
  readonly countOpen?: () => number | Promise<number>
}

/** A store that does not answer must not delay the other metrics of the process. */
const maxCountMs = 2_000

/**
 * Returns sessions that report what is opened and closed, and are otherwise the same. Writes have
 * spans. Those of a transaction are counted by its `afterCommit`.
 *
 * Sessions that expire are not counted as closed: nobody closes them. Those that a login closes
 * over `maxPerSubject` are revocations with the reason `too_many_sessions`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createSessions } from '@revoked/sessions'
 * import { memorySessions, memoryStore } from '@revoked/store-memory'
 * import { observedRevocation, observedSessions } from '@revoked/telemetry'
 *
 * const revocation = observedRevocation(createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' }))
 * const store = memorySessions()
 * const sessions = observedSessions(
 *   createSessions({ store, revocation, idleTimeout: '30m', absoluteLifetime: '30d' }),
 *   { countOpen: () => store.size },
 * )
 * ```
 *
 * @throws TypeError for what are no sessions, or a wrong option.
 */
export function observedSessions<Sessions extends ObservableSessions>(
  sessions: Sessions,
  options: ObservedSessionsOptions = {},
): Sessions {
  assertMethods(sessions, 'sessions must come from createSessions', ['open', 'close', 'closeAll', 'within'])
  const { meter, tracer, name } = readTelemetryOptions(options, {
    ...telemetryOptionNames,
    reasons: true,
    countOpen: true,
  })
  const { countOpen } = options
  if (countOpen !== undefined && typeof countOpen !== 'function') throw new TypeError('countOpen must be a function.')
  const common = name === undefined ? {} : { 'revoked.name': name }
  const counts = createSessionCounts(meter, common, readReasons(options.reasons))
  if (countOpen !== undefined) {
    meter
      .createObservableGauge('revoked.session.open', { description: 'Open sessions.', unit: '{session}' })
      .addCallback(async (result) => {
        // Neither the error nor its message is logged by the SDK.
        const open = await withDeadline(openOf(countOpen), maxCountMs).catch(() => undefined)
        if (open !== undefined) result.observe(open, common)
      })
  }
  const observed = (writes: SessionWrites, to: SessionCounts) => observedSessionWrites(writes, { tracer, counts: to })

  return forwardMembers<ObservableSessions>(sessions, {
    ...observed(sessions, counts),
    within: (transaction, withinOptions) => {
      const inside = sessions.within(transaction, withinOptions)
      const waiting: (() => void)[] = []
      const later: SessionCounts = {
        opened: () => void waiting.push(counts.opened),
        closed: (...closed) => void waiting.push(() => counts.closed(...closed)),
        failed: counts.failed,
      }
      return forwardMembers(inside, {
        ...observed(inside, later),
        afterCommit: async () => {
          const span = { tracer, name: 'revoked.sessions afterCommit', attributes: {} }
          const result = await inSpan(span, () => inside.afterCommit())
          for (const count of waiting.splice(0)) count()
          return result
        },
      })
    },
  }) as Sessions
}

async function openOf(countOpen: () => number | Promise<number>): Promise<number> {
  return await countOpen()
}
