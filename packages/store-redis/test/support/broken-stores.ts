import type { Key, KeyedMark, RevocationStore } from '@revoked/core'
import type { Redis } from 'ioredis'

// Stores that have each got one thing wrong, so that trials can be shown to detect them.

/** Takes a server that failed for one that holds nothing. */
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

/** Acknowledges what it has only sent. */
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
 * Lets whoever creates the key be the first, and so forgets who that was when the client sends the
 * command again.
 */
export function namelessStore(client: Redis): RevocationStore {
  return bareStore(client, async (key, expiresAt) => (await client.set(key, '1', 'PXAT', expiresAt, 'NX')) === 'OK')
}

/**
 * Takes what it wants to write for its own earlier attempt, though all writers want to write the
 * same.
 */
export function presumptuousStore(client: Redis): RevocationStore {
  return bareStore(client, async (key, expiresAt) => {
    const previous = await client.set(key, '1', 'PXAT', expiresAt, 'GET')
    return previous === null || previous === '1'
  })
}

/** Tells of tokens whether they are revoked at all. */
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
