import type { FollowableStore } from '@revoked/core'
import { type ConformanceCase, caseOver, type OpenStore, type StoreSubject } from '../case.ts'

/**
 * An empty store with a short log, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenShortLog } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const openShort = (): OpenShortLog => ({ store: memoryStore({ logLength: 10 }), logLength: 10 })
 * ```
 */
export interface OpenShortLog extends OpenStore<FollowableStore> {
  /** The number of entries that each log holds at least: at most 1,000, so that cases are fast. */
  readonly logLength: number
}

/**
 * Opens the stores that the cases of the change log run on.
 *
 * @example
 * ```ts
 * import type { LogSubject } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subject: LogSubject = {
 *   open: () => ({ store: memoryStore() }),
 *   openShort: () => ({ store: memoryStore({ logLength: 10 }), logLength: 10 }),
 * }
 * ```
 */
export interface LogSubject extends StoreSubject<OpenStore<FollowableStore>> {
  /**
   * Returns an empty store whose logs are as short as the store allows. They must be trimmed before
   * they hold 20 times `logLength` + 2,000 entries.
   */
  readonly openShort: () => OpenShortLog | Promise<OpenShortLog>
}

/**
 * A case of the contract of {@link FollowableStore}.
 *
 * @example
 * ```ts
 * import { type LogCase, logCases } from '@revoked/conformance'
 *
 * const names = (cases: readonly LogCase[]): readonly string[] => cases.map(({ name }) => name)
 * const all = names(logCases)
 * ```
 */
export type LogCase = ConformanceCase<LogSubject>

/** Returns a case over an ordinary store. */
export function logCase(name: string, body: (opened: OpenStore<FollowableStore>) => Promise<void>): LogCase {
  return caseOver(name, body)
}

/** Returns a case over a store with a short log. */
export function shortLogCase(name: string, body: (opened: OpenShortLog) => Promise<void>): LogCase {
  const { run } = caseOver(name, body)
  return { name, run: ({ openShort }) => run({ open: openShort }) }
}
