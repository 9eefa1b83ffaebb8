import { type Key, type KeyedMark, type Mark, MarkExpiredError, type RevocationStore } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'

/** A store with one bug, and the name of the case that must find it. */
export interface BrokenStore {
  readonly bug: string
  readonly detectedBy: string
  readonly open: () => RevocationStore
}

/** A correct store whose calls go through a change of their arguments or answers. */
export function wrapped(change: (store: RevocationStore) => Partial<RevocationStore>): () => RevocationStore {
  return () => {
    const store = plainStore()
    return { ...store, ...change(store) }
  }
}

export function withKeys(rename: (key: Key) => Key): () => RevocationStore {
  return wrapped((store) => ({
    record: (marks) => store.record(marks.map(({ key, mark }) => ({ key: rename(key), mark }))),
    find: async (keys) => {
      const answers = await Promise.all(
        keys.map(async (key) => (await store.find([rename(key)])).map(({ mark }) => ({ key, mark }))),
      )
      return answers.flat()
    },
    forget: (keys) => store.forget(keys.map(rename)),
  }))
}

export function withMarks(alter: (mark: Mark) => Mark): () => RevocationStore {
  return wrapped((store) => ({
    record: (marks) => store.record(marks.map(({ key, mark }) => ({ key, mark: alter(mark) }))),
  }))
}

/** Opens a store with a hand-made write per mark, which a bug may leave out, delay or get wrong. */
export function handMade(
  write: (held: Map<string, Mark>, name: string, mark: Mark) => boolean | Promise<boolean>,
): () => RevocationStore {
  return () => {
    const held = new Map<string, Mark>()
    const name = ({ scope, value }: Key): string => JSON.stringify([scope, value])
    const live = (key: Key): KeyedMark[] => {
      const mark = held.get(name(key))
      return mark !== undefined && mark.expiresAt > Date.now() ? [{ key, mark }] : []
    }
    return {
      record: (marks) => Promise.all(marks.map(({ key, mark }) => write(held, name(key), mark))),
      find: (keys) => keys.flatMap(live),
      forget: async (keys) => {
        for (const key of keys) held.delete(name(key))
      },
      agree: plainStore().agree,
    }
  }
}

/** Refuses expired marks, as every store must. */
export function assertLive(mark: Mark): void {
  if (mark.expiresAt <= Date.now()) throw new MarkExpiredError()
}
