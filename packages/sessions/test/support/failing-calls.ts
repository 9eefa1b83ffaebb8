import type { RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'

/** Fails one call of two stores: before it does anything, or after it has done all of it. */
export interface FailingCalls {
  readonly store: SessionStore
  readonly marks: RevocationStore
  /** Makes the call of this number fail, from now on counted from 1. */
  readonly failAt: (call: number, when: 'before' | 'after') => void
  /** Ends the failures, and returns how many calls there were. */
  readonly heal: () => number
}

/** Settings are agreed on in the background, so `agree` is not counted. */
const counted: readonly string[] = ['open', 'touch', 'find', 'list', 'get', 'count', 'close', 'closeAll', 'record']

/** Wraps two real stores. */
export function failingCalls(store: SessionStore, marks: RevocationStore): FailingCalls {
  let calls = 0
  let failing = 0
  let moment: 'before' | 'after' = 'before'

  function wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function' || !counted.includes(String(name))) return method
        return async (...given: readonly unknown[]) => {
          const fails = ++calls === failing
          if (fails && moment === 'before') throw new Error('The connection was lost.')
          const result: unknown = await Reflect.apply(method, target, given)
          if (fails) throw new Error('The answer was lost.')
          return result
        }
      },
    })
  }

  return {
    store: wrap({ ...store }),
    marks: wrap({ ...marks }),
    failAt: (call, when) => {
      calls = 0
      failing = call
      moment = when
    },
    heal: () => {
      failing = 0
      return calls
    },
  }
}
