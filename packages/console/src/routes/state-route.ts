import { RevocationError, type RevocationStore } from '@revoked/core'
import { errorAnswer } from '../answers/error-answer.ts'
import type { Settings } from '../console-options.ts'
import type { ChangeFeed } from '../live/change-feed.ts'
import { markInJson } from './lookup-route.ts'
import type { Route } from './routes.ts'

/** Answers the state of the store, and that of the cache of this process. */
export function stateRoute(settings: Settings, feed: ChangeFeed): Route {
  const { revocation, store } = settings
  return {
    method: 'GET',
    answer: async () => {
      const { maxTokenLifetime, clockTolerance, writeTimeout } = revocation.limits
      return {
        at: revocation.now(),
        process: feed.instance,
        answer: await askStore(settings),
        size: memberOf(store, 'size'),
        maxStalenessMs: memberOf(store, 'maxStalenessMs'),
        cache: statusOf(store),
        limits: { maxTokenLifetime, clockTolerance, writeTimeout },
        live: feed.state(),
      }
    },
  }
}

/** Asks the store what applies to everything, as a check would, and measures how long it takes. */
async function askStore({ revocation }: Settings): Promise<unknown> {
  const start = performance.now()
  try {
    // With several issuers, there is no such mark without one of them.
    if (revocation.issuer === '*') await revocation.ready()
    const marks = revocation.issuer === '*' ? [] : await revocation.explain({ everything: true })
    return { ok: true, ms: performance.now() - start, marks: marks.map(markInJson) }
  } catch (error) {
    const { error: code, message, status } = errorAnswer(error)
    // A defect is reported, as everywhere.
    if (status === 500) throw error
    return { ok: false, ms: performance.now() - start, code, message }
  }
}

function memberOf(store: RevocationStore, name: string): number | null {
  const value: unknown = Reflect.get(store, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function statusOf(store: RevocationStore): unknown {
  const status: unknown = Reflect.get(store, 'status')
  return typeof status === 'function' ? plain(Reflect.apply(status, store, [])) : null
}

/**
 * Returns numbers, flags and the names of states as they are, and of an error what contains no
 * address or id. Other texts are left out: those of a store that is not ours may contain them.
 */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'boolean' || (typeof value === 'string' && /^[a-z-]{1,20}$/.test(value))) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value instanceof Error) return errorInJson(value)
  if (typeof value !== 'object' || value === null || depth > 2) return null
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member, depth + 1)]))
}

/** Messages of clients contain addresses; those of this library do not. */
function errorInJson(error: Error): unknown {
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...(error instanceof RevocationError && { message: error.message }),
  }
}
