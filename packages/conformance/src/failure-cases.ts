import assert from 'node:assert/strict'
import { type AuditedStore, createRevocation, type FollowableStore, type RevocationStore } from '@revoked/core'
import { type ConformanceCase, caseOver, type OpenStore, type StoreSubject } from './case.ts'
import { endOf } from './log/follow-log.ts'
import { someKey, someMark } from './samples.ts'

/**
 * A store whose backend can be made unreachable.
 *
 * @example
 * ```ts
 * import type { BreakableStore } from '@revoked/conformance'
 * import type { RevocationStore } from '@revoked/core'
 *
 * // A proxy in front of the server: closed, no connection reaches it.
 * const breakable = (store: RevocationStore, proxy: { close(): Promise<void> }): BreakableStore => ({
 *   store,
 *   breakDown: () => proxy.close(),
 * })
 * ```
 */
export interface BreakableStore<Store extends RevocationStore = RevocationStore> extends OpenStore<Store> {
  /** Makes the backend unreachable: stops the server, cuts the connection. */
  readonly breakDown: () => Promise<void> | void
}

/**
 * The cases for stores that can fail: every failure rejects, or throws.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { type BreakableStore, failureCases } from '@revoked/conformance'
 *
 * const register = (open: () => BreakableStore): void => {
 *   for (const { name, run } of failureCases) test(name, () => run({ open }))
 * }
 * ```
 */
export const failureCases: readonly ConformanceCase<StoreSubject<BreakableStore>>[] = [
  failureCase('find', ({ store }) => store.find([someKey()])),
  failureCase('record', ({ store }) => store.record([{ key: someKey('another'), mark: someMark() }])),
  failureCase('forget', ({ store }) => store.forget([someKey()])),
  failureCase('agree', ({ store }) => store.agree({ maxTokenLifetime: 1, clockTolerance: 0, claims: [] })),
  caseOver('rejects once while the backend is unreachable, whether the id was used', async ({ store, breakDown }) => {
    const { once } = createRevocation({ store, maxTokenLifetime: '1h' })
    const until = Date.now() + 60_000
    assert.equal(await once('used', { until }), true)
    await breakDown()
    await Promise.all(['used', 'unused'].map((id) => assert.rejects(async () => await once(id, { until }))))
  }),
]

/**
 * The cases for stores that can fail and whose change log can be read.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { type BreakableStore, logFailureCases } from '@revoked/conformance'
 * import type { FollowableStore } from '@revoked/core'
 *
 * const register = (open: () => BreakableStore<FollowableStore>): void => {
 *   for (const { name, run } of logFailureCases) test(name, () => run({ open }))
 * }
 * ```
 */
export const logFailureCases: readonly ConformanceCase<StoreSubject<BreakableStore<FollowableStore>>>[] = [
  failureCase('read', ({ store }) => store.read(store.logOf(someKey()))),
  caseOver('rejects a read from a position while the backend is unreachable', async ({ store, breakDown }) => {
    const log = store.logOf(someKey())
    const start = await endOf(store, log)
    await store.record([{ key: someKey(), mark: someMark() }])
    await breakDown()
    await assert.rejects(async () => await store.read(log, start))
  }),
  failureCase('scan', async ({ store }) => {
    for await (const _ of store.scan(store.logOf(someKey())));
  }),
]

/**
 * The cases for stores that can fail and that keep an audit trail.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { auditFailureCases, type BreakableStore } from '@revoked/conformance'
 * import type { AuditedStore } from '@revoked/core'
 *
 * const register = (open: () => BreakableStore<AuditedStore>): void => {
 *   for (const { name, run } of auditFailureCases) test(name, () => run({ open }))
 * }
 * ```
 */
export const auditFailureCases: readonly ConformanceCase<StoreSubject<BreakableStore<AuditedStore>>>[] = [
  failureCase('a read of the audit trail', ({ store }) => store.audit.read({ limit: 10 })),
]

function failureCase<Store extends RevocationStore>(
  method: string,
  call: (opened: BreakableStore<Store>) => unknown,
): ConformanceCase<StoreSubject<BreakableStore<Store>>> {
  return caseOver(`rejects ${method} while the backend is unreachable`, async (opened) => {
    await opened.store.record([{ key: someKey(), mark: someMark() }])
    await opened.breakDown()
    await assert.rejects(async () => await call(opened))
  })
}
