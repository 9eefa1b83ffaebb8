import assert from 'node:assert/strict'
import { type ConformanceCase, caseOver, type OpenStore, type StoreSubject } from './case.ts'
import { someKey, someMark } from './samples.ts'

/** A store whose backend can be made unreachable. */
export interface BreakableStore extends OpenStore {
  /** Makes the backend unreachable: stops the server, cuts the connection. */
  readonly breakDown: () => Promise<void> | void
}

/** The cases for stores that can fail: every failure rejects, or throws. */
export const failureCases: readonly ConformanceCase<StoreSubject<BreakableStore>>[] = [
  failureCase('find', ({ store }) => store.find([someKey()])),
  failureCase('record', ({ store }) => store.record([{ key: someKey('another'), mark: someMark() }])),
  failureCase('forget', ({ store }) => store.forget([someKey()])),
  failureCase('agree', ({ store }) => store.agree({ maxTokenLifetime: 1, clockTolerance: 0, claims: [] })),
]

function failureCase(
  method: string,
  call: (opened: BreakableStore) => unknown,
): ConformanceCase<StoreSubject<BreakableStore>> {
  return caseOver(`rejects ${method} while the backend is unreachable`, async (opened) => {
    await opened.store.record([{ key: someKey(), mark: someMark() }])
    await opened.breakDown()
    await assert.rejects(async () => await call(opened))
  })
}
