import type { Key } from '@revoked/core'

/** A map of keys. No string is built to look a key up. */
export interface KeyMap<Value> {
  readonly size: number
  readonly get: (key: Key) => Value | undefined
  readonly has: (key: Key) => boolean
  readonly set: (key: Key, value: Value) => void
  readonly delete: (key: Key) => void
  readonly clear: () => void
}

/** Returns an empty map. */
export function createKeyMap<Value>(): KeyMap<Value> {
  const scopes = new Map<string, Map<string, Value>>()
  let size = 0

  return {
    get size() {
      return size
    },
    get: ({ scope, value }) => scopes.get(scope)?.get(value),
    has: ({ scope, value }) => scopes.get(scope)?.has(value) ?? false,
    set: ({ scope, value }, item) => {
      const values = scopes.get(scope) ?? new Map<string, Value>()
      scopes.set(scope, values)
      if (!values.has(value)) size++
      values.set(value, item)
    },
    delete: ({ scope, value }) => {
      const values = scopes.get(scope)
      if (values?.delete(value) !== true) return
      size--
      if (values.size === 0) scopes.delete(scope)
    },
    clear: () => {
      scopes.clear()
      size = 0
    },
  }
}
