import assert from 'node:assert/strict'
import type { SessionStore } from '@revoked/core/sessions'
import type { ConformanceCase } from './case.ts'
import type { OpenSessions } from './session-cases.ts'
import { sessionOf } from './session-samples.ts'

/** A session store whose backend can be made unreachable. */
export interface BreakableSessions extends OpenSessions {
  /** Makes the backend unreachable: stops the server, cuts the connection. */
  readonly breakDown: () => Promise<void> | void
}

/** Opens the session stores that {@link sessionFailureCases} run on. */
export interface BreakableSessionSubject {
  /** Returns an empty store, in a separate key space. */
  readonly open: () => BreakableSessions | Promise<BreakableSessions>
}

const key = { subject: 'ada', id: 'one' }

/** The cases for session stores that can fail: every failure rejects, or throws. */
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
  return {
    name: `rejects ${method} while the backend is unreachable`,
    run: async (subject) => {
      const { store, breakDown, close } = await subject.open()
      try {
        await store.open(sessionOf('ada', 'one'))
        await breakDown()
        await assert.rejects(async () => await call(store))
      } finally {
        await close?.()
      }
    },
  }
}
