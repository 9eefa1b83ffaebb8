import { AssertionError } from 'node:assert'
import { restoreCases } from '@revoked/conformance'
import type { Key, RestorableStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'

interface BrokenRestore {
  readonly bug: string
  readonly detectedBy: string
  readonly change: (store: RestorableStore) => Partial<RestorableStore>
}

const digested = (key: Key): Key => (key.value.includes('\u0000') ? { ...key, value: `#${key.value.length}` } : key)

const broken: readonly BrokenRestore[] = [
  {
    bug: 'names the name of a key once more',
    detectedBy: 'finds restored marks by the keys that another store recorded them under',
    change: (store) => ({
      restore: (log, marks) =>
        store.restore(
          log,
          marks.map(({ key, mark }) => ({ key: { ...key, value: `#${key.value}` }, mark })),
        ),
    }),
  },
  {
    bug: 'restores the expiry and the cutoff only',
    detectedBy: 'restores every field of a mark',
    change: (store) => ({
      restore: (log, marks) =>
        store.restore(
          log,
          marks.map(({ key, mark: { cutoff, expiresAt } }) => ({ key, mark: { cutoff, expiresAt } })),
        ),
    }),
  },
  {
    bug: 'replaces what the key holds',
    detectedBy: 'merges restored marks, and says which of them changed anything',
    change: (store) => ({
      restore: async (log, marks) => {
        await store.forget(marks.map(({ key }) => key))
        return await store.restore(log, marks)
      },
    }),
  },
  {
    bug: 'leaves restored marks out of the log',
    detectedBy: 'appends restored marks to the log',
    change: (store) => {
      const restored = new Set<string>()
      return {
        restore: (log, marks) => {
          for (const { key } of marks) restored.add(key.value)
          return store.restore(log, marks)
        },
        read: async (log, after) => {
          const read = await store.read(log, after)
          return read.reset ? read : { ...read, entries: read.entries.filter(({ key }) => !restored.has(key.value)) }
        },
      }
    },
  },
  {
    bug: 'takes keys by any name',
    detectedBy: 'restores nothing if a key is named otherwise than the store names keys',
    change: () => ({ logKey: digested }),
  },
  {
    bug: 'restores into the log that there is',
    detectedBy: 'rejects a restore into a log that does not exist',
    change: (store) => ({ restore: (_, marks) => store.restore(0, marks) }),
  },
]

describe.concurrent('a broken restore is detected', () => {
  for (const { bug, detectedBy, change } of broken) {
    test(`${bug}: by "${detectedBy}"`, async ({ expect }) => {
      const found = restoreCases.find(({ name }) => name === detectedBy)
      const run = found?.run({
        open: () => {
          const store = memoryStore()
          return { store: { ...store, ...change(store) } }
        },
      })
      await expect(run).rejects.toThrow(AssertionError)
    })
  }
})

test('every case of restoring detects at least one broken store', () => {
  const detecting = new Set(broken.map(({ detectedBy }) => detectedBy))
  expect(restoreCases.map(({ name }) => name).filter((name) => !detecting.has(name))).toEqual([])
})
