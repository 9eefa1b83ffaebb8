import type { FollowableStore } from '@revoked/core'
import type { LocalStore } from './local-copy.ts'

const methods = ['record', 'find', 'forget'] as const

/**
 * Returns a function that returns a new, empty store at each call. The stores of the first scans
 * are opened at once, and one more, so that a wrong option `local` is refused by `mirroredStore`:
 * also one that returns the same store again, which would empty or mix the copies.
 *
 * @throws TypeError, as the returned function does, if `local` returns anything else. What `local`
 *   throws is thrown.
 */
export function openLocalStores(local: () => LocalStore, remote: Pick<FollowableStore, 'logs'>): () => LocalStore {
  const known = new WeakSet<object>([remote])

  function open(): LocalStore {
    const store = local()
    assertStore(store)
    if (known.has(store)) throw wrongLocal('It returned a store that is in use.')
    known.add(store)
    return store
  }

  const opened = Array.from({ length: remote.logs + 1 }, open)
  return () => {
    const store = opened.shift() ?? open()
    if (store.size !== 0) throw wrongLocal(`It returned a store of size ${store.size}.`)
    return store
  }
}

function assertStore(store: unknown): asserts store is LocalStore {
  if (store instanceof Promise) {
    // Its rejection must not end the process.
    store.catch(() => undefined)
    throw wrongLocal('It returned a promise.')
  }
  const target: object = Object(store)
  const isStore = methods.every((method) => typeof Reflect.get(target, method) === 'function')
  if (!isStore || typeof Reflect.get(target, 'size') !== 'number') throw wrongLocal('It returned no store.')
}

function wrongLocal(what: string): TypeError {
  return new TypeError(
    `local must return a new, empty store at each call, such as () => memoryStore({ logLength: 1 }). ${what}`,
  )
}
