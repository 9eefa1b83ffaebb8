import type { Key, KeyedMark, RevocationStore } from '@revoked/core'
import type { Redis } from 'ioredis'

// Stores with one fault each. They show which faults the checks detect.

/** Returns a store that takes a failed server for an empty one. */
export function swallowingStore(store: RevocationStore): RevocationStore {
  return {
    ...store,
    find: async (keys) => {
      try {
        return await store.find(keys)
      } catch {
        return []
      }
    },
  }
}

/** Returns a store that acknowledges what it has only sent. */
export function hastyStore(store: RevocationStore): RevocationStore {
  return {
    ...store,
    record: async (marks) => {
      Promise.resolve(store.record(marks)).catch(() => undefined)
      return marks.map(() => true)
    },
  }
}

/**
 * Returns a store in which the creator of the key is the first. It loses this answer if the client
 * resends the command.
 */
export function namelessStore(client: Redis): RevocationStore {
  return bareStore(client, async (key, expiresAt) => (await client.set(key, '1', 'PXAT', expiresAt, 'NX')) === 'OK')
}

/**
 * Returns a store that takes an equal value for its own earlier attempt, although all writers write
 * the same value.
 */
export function presumptuousStore(client: Redis): RevocationStore {
  return bareStore(client, async (key, expiresAt) => {
    const previous = await client.set(key, '1', 'PXAT', expiresAt, 'GET')
    return previous === null || previous === '1'
  })
}

/** Returns a store that only keeps if a token is revoked. */
function bareStore(client: Redis, add: (key: string, expiresAt: number) => Promise<boolean>): RevocationStore {
  const nameOf = ({ scope, value }: Key): string => `{revoked:0}:${scope}:${value}`
  const record = ({ key, mark }: KeyedMark): Promise<boolean> => add(nameOf(key), Math.ceil(mark.expiresAt))
  return {
    record: (marks) => Promise.all(marks.map(record)),
    find: async (keys) => {
      const values = await client.mget(keys.map(nameOf))
      return keys.flatMap((key, index) =>
        values[index] === null ? [] : [{ key, mark: { cutoff: Infinity, expiresAt: Infinity } }],
      )
    },
    forget: async (keys) => {
      await client.del(keys.map(nameOf))
    },
    agree: async (settings) => ({ ...settings, now: Date.now() }),
  }
}
