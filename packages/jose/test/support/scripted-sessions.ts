import { RevocationUnavailableError } from '@revoked/core'
import type { OpenedSession, SessionLogin, SessionRegistry } from '../../src/index.ts'

type Method = 'open' | 'touch' | 'get' | 'close'

/** A list of sessions in memory whose calls can be made to fail, one by one. */
export interface ScriptedSessions extends SessionRegistry {
  /** The ids of the sessions that are open. */
  readonly ids: () => readonly string[]
  /** The calls, in order. */
  readonly calls: readonly { readonly method: Method; readonly args: readonly unknown[] }[]
  /** The next call of the method fails: with its effect, or without. */
  readonly fail: (method: Method, failure?: 'without effect' | 'after its effect') => void
  /** The next call of the method never settles. */
  readonly hang: (method: Method) => void
  /** The next call of the method waits for the function that is returned. */
  readonly hold: (method: Method) => () => void
}

/** As the contract of {@link SessionRegistry} says. */
function unavailable(message: string): RevocationUnavailableError {
  return new RevocationUnavailableError('The store of sessions failed.', { cause: new Error(message) })
}

const defaultLifetimeMs = 30 * 86_400_000

export function scriptedSessions(now: () => number, lifetimeMs = defaultLifetimeMs): ScriptedSessions {
  const open = new Map<string, Omit<OpenedSession, 'id'>>()
  const calls: { method: Method; args: unknown[] }[] = []
  const scripts = new Map<Method, 'without effect' | 'after its effect' | 'hang' | Promise<void>>()
  const keyOf = (subject: string, id: string): string => JSON.stringify([subject, id])

  function openOf(subject: string, id: string): Omit<OpenedSession, 'id'> | undefined {
    const session = open.get(keyOf(subject, id))
    return session !== undefined && session.endsAt > now() ? session : undefined
  }

  async function run<T>(method: Method, args: unknown[], operation: () => T): Promise<T> {
    calls.push({ method, args })
    const script = scripts.get(method)
    scripts.delete(method)
    if (script instanceof Promise) await script
    if (script === 'hang') return await new Promise(() => undefined)
    if (script === 'without effect') throw unavailable('connect ECONNREFUSED')
    const result = operation()
    if (script === 'after its effect') throw unavailable('read ECONNRESET')
    return result
  }

  return {
    ids: () => [...open].filter(([, { endsAt }]) => endsAt > now()).map(([key]) => JSON.parse(key)[1]),
    calls,
    fail: (method, failure = 'without effect') => {
      scripts.set(method, failure)
    },
    hang: (method) => {
      scripts.set(method, 'hang')
    },
    hold: (method) => {
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      scripts.set(method, held)
      return release
    },
    open: (login: SessionLogin) =>
      run('open', [login], () => {
        const { subject, id = `s-${calls.length}`, lifetime, openedAt = now(), authenticatedAt = openedAt } = login
        const key = keyOf(subject, id)
        const endsAt = openedAt + (lifetime === undefined ? lifetimeMs : Number(lifetime) * 1_000)
        const session = open.get(key) ?? { openedAt, endsAt, authenticatedAt }
        open.set(key, session)
        return { id, ...session }
      }),
    touch: (subject, id, options = {}) =>
      run('touch', [subject, id, ...(options.authenticatedAt === undefined ? [] : [options])], () => {
        const session = openOf(subject, id)
        if (session === undefined) return { status: 'not_open' }
        Object.assign(session, options)
        return { status: 'noted', session }
      }),
    get: (subject, id) => run('get', [subject, id], () => openOf(subject, id)),
    close: (subject, id, options) => run('close', [subject, id, options], () => open.delete(keyOf(subject, id))),
  }
}
