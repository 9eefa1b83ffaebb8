import type { Key } from '../store/store.ts'

/** A map by keys, which are compared by scope and value. */
export interface KeyMap<Value> {
  readonly get: (key: Key) => Value | undefined
  readonly set: (key: Key, value: Value) => void
  readonly delete: (key: Key) => void
}

/** Returns an empty map. */
export function createKeyMap<Value>(): KeyMap<Value> {
  const scopes = new Map<string, Map<string, Value>>()
  return {
    get: ({ scope, value }) => scopes.get(scope)?.get(value),
    set: ({ scope, value }, item) => {
      const values = scopes.get(scope) ?? new Map<string, Value>()
      scopes.set(scope, values.set(value, item))
    },
    delete: ({ scope, value }) => {
      const values = scopes.get(scope)
      values?.delete(value)
      if (values?.size === 0) scopes.delete(scope)
    },
  }
}
