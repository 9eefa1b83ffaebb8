import type { AuditedStore } from '@revoked/core'
import { type ConformanceCase, caseOver, type OpenStore, type StoreSubject } from '../case.ts'

/**
 * An empty store with a short audit trail, opened for one case.
 *
 * @example
 * ```ts
 * import type { OpenShortTrail } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const openShort = (): OpenShortTrail => ({ store: memoryStore({ auditFor: '500ms' }), auditForMs: 500 })
 * ```
 */
export interface OpenShortTrail extends OpenStore<AuditedStore> {
  /** How long an entry is kept, in ms: 300 to 2,000. */
  readonly auditForMs: number
}

/**
 * Opens the stores that the cases of the audit trail run on.
 *
 * @example
 * ```ts
 * import type { AuditSubject } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subject: AuditSubject = {
 *   open: () => ({ store: memoryStore({ auditFor: '90d' }) }),
 *   openShort: () => ({ store: memoryStore({ auditFor: '500ms' }), auditForMs: 500 }),
 * }
 * ```
 */
export interface AuditSubject extends StoreSubject<OpenStore<AuditedStore>> {
  /** Returns an empty store that keeps entries for a short time only. */
  readonly openShort: () => OpenShortTrail | Promise<OpenShortTrail>
}

/**
 * A case of the contract of `AuditLog`.
 *
 * @example
 * ```ts
 * import { type AuditCase, auditCases } from '@revoked/conformance'
 *
 * const names = (cases: readonly AuditCase[]): readonly string[] => cases.map(({ name }) => name)
 * const all = names(auditCases)
 * ```
 */
export type AuditCase = ConformanceCase<AuditSubject>

/** Returns a case over a store with a long trail. */
export function auditCase(name: string, body: (opened: OpenStore<AuditedStore>) => Promise<void>): AuditCase {
  return caseOver(name, body)
}

/** Returns a case over a store with a short trail. */
export function shortTrailCase(name: string, body: (opened: OpenShortTrail) => Promise<void>): AuditCase {
  const { run } = caseOver(name, body)
  return { name, run: ({ openShort }) => run({ open: openShort }) }
}
