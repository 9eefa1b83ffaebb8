import { RevocationUnavailableError } from '@revoked/core'
import type { SessionLogin, SessionRegistry } from '../../src/index.ts'

type Method = 'open' | 'touch' | 'close'

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
  const open = new Map<string, number>()
  const calls: { method: Method; args: unknown[] }[] = []
  const scripts = new Map<Method, 'without effect' | 'after its effect' | 'hang' | Promise<void>>()
  const keyOf = (subject: string, id: string): string => JSON.stringify([subject, id])

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
    ids: () => [...open].filter(([, endsAt]) => endsAt > now()).map(([key]) => JSON.parse(key)[1]),
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
        const { subject, id = `s-${calls.length}`, lifetime } = login
        const key = keyOf(subject, id)
        const openedAt = now()
        const endsAt = open.get(key) ?? openedAt + (lifetime === undefined ? lifetimeMs : Number(lifetime) * 1_000)
        open.set(key, endsAt)
        return { id, openedAt, endsAt }
      }),
    touch: (subject, id) =>
      run('touch', [subject, id], () => {
        const endsAt = open.get(keyOf(subject, id)) ?? 0
        return { status: endsAt > now() ? 'noted' : 'not_open' }
      }),
    close: (subject, id, options) => run('close', [subject, id, options], () => open.delete(keyOf(subject, id))),
  }
}
