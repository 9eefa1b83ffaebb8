import assert from 'node:assert/strict'
import type { SessionStore } from '@revoked/core/sessions'
import { type ConformanceCase, caseOver } from './case.ts'
import { sessionOf } from './session-samples.ts'
import type { OpenSessions } from './session-subject.ts'

/**
 * A session store whose backend can be made unreachable.
 *
 * @example
 * ```ts
 * import type { BreakableSessions } from '@revoked/conformance'
 * import type { SessionStore } from '@revoked/core/sessions'
 *
 * const breakable = (store: SessionStore, proxy: { close(): Promise<void> }): BreakableSessions => ({
 *   store,
 *   breakDown: () => proxy.close(),
 * })
 * ```
 */
export interface BreakableSessions extends OpenSessions {
  /** Makes the backend unreachable: stops the server, cuts the connection. */
  readonly breakDown: () => Promise<void> | void
}

/**
 * Opens the session stores that {@link sessionFailureCases} run on.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { type BreakableSessionSubject, sessionFailureCases } from '@revoked/conformance'
 *
 * const register = (subject: BreakableSessionSubject): void => {
 *   for (const { name, run } of sessionFailureCases) test(name, () => run(subject))
 * }
 * ```
 */
export interface BreakableSessionSubject {
  /** Returns an empty store, in a separate key space. */
  readonly open: () => BreakableSessions | Promise<BreakableSessions>
}

const key = { subject: 'ada', id: 'one' }

/**
 * The cases for session stores that can fail: every failure rejects, or throws.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { type BreakableSessions, sessionFailureCases } from '@revoked/conformance'
 *
 * const register = (open: () => BreakableSessions): void => {
 *   for (const { name, run } of sessionFailureCases) test(name, () => run({ open }))
 * }
 * ```
 */
export const sessionFailureCases: readonly ConformanceCase<BreakableSessionSubject>[] = [
  failureCase('open', (store) => store.open(sessionOf('ada', 'another'))),
  failureCase('touch', (store) => store.touch({ ...key, usedAt: Date.now() })),
  failureCase('find', (store) => store.find([key])),
  failureCase('list', (store) => store.list('ada')),
  failureCase('get', (store) => store.get(key)),
  failureCase('count', (store) => store.count('ada')),
  failureCase('close', (store) => store.close('ada', ['one'])),
  failureCase('closeAll', (store) => store.closeAll('ada', { openedUntil: Date.now() })),
]

function failureCase(
  method: keyof SessionStore,
  call: (store: SessionStore) => unknown,
): ConformanceCase<BreakableSessionSubject> {
  return caseOver(`rejects ${method} while the backend is unreachable`, async ({ store, breakDown }) => {
    await store.open(sessionOf('ada', 'one'))
    await breakDown()
    await assert.rejects(async () => await call(store))
  })
}
