import { setTimeout as delay } from 'node:timers/promises'
import type { BreakableStore } from '@revoked/conformance'
import { type Key, type KeyedMark, type Mark, mergeMarks, type RevocationStore } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'

/** A store with one bug, and the name of the case that must find it. */
interface BrokenStore {
  readonly bug: string
  readonly convictedBy: string
  readonly open: () => RevocationStore
}

/** A correct store whose calls go through a change of their arguments or answers. */
function wrapped(change: (store: RevocationStore) => Partial<RevocationStore>): () => RevocationStore {
  return () => {
    const store = plainStore()
    return { ...store, ...change(store) }
  }
}

function withKeys(rename: (key: Key) => Key): () => RevocationStore {
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

function withMarks(alter: (mark: Mark) => Mark): () => RevocationStore {
  return wrapped((store) => ({
    record: (marks) => store.record(marks.map(({ key, mark }) => ({ key, mark: alter(mark) }))),
  }))
}

/** A store of its own kind: one write per mark, that a bug may leave out, delay or get wrong. */
function handMade(
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
    }
  }
}

/** Stores that break the contract in ways that real ones do. */
export const brokenStores: readonly BrokenStore[] = [
  {
    bug: 'loses concurrent merges: reads, waits, writes',
    convictedBy: 'loses none of many concurrent records of one key',
    open: handMade(async (held, name, mark) => {
      const before = held.get(name)
      await Promise.resolve()
      held.set(name, before === undefined ? mark : mergeMarks(before, mark))
      return before === undefined
    }),
  },
  {
    bug: 'overwrites instead of merging',
    convictedBy: 'merges a record into what its key holds',
    open: handMade((held, name, mark) => {
      held.set(name, mark)
      return true
    }),
  },
  {
    bug: 'shortens the TTL: the last record sets it',
    convictedBy: 'never shortens the life of a mark',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : { ...mergeMarks(before, mark), expiresAt: mark.expiresAt })
      return before === undefined
    }),
  },
  {
    bug: 'keeps the TTL of the first record',
    convictedBy: 'lengthens the life of a mark',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : { ...mergeMarks(before, mark), expiresAt: before.expiresAt })
      return before === undefined
    }),
  },
  {
    bug: 'evicts the oldest mark when full',
    convictedBy: 'never evicts a live mark: what was acknowledged is found, however many come',
    open: handMade((held, name, mark) => {
      const [oldest] = held.keys()
      if (held.size >= 1_000 && oldest !== undefined) held.delete(oldest)
      held.set(name, mark)
      return true
    }),
  },
  {
    bug: 'resolves before it has stored',
    convictedBy: 'finds a mark as soon as its record has resolved, on every handle',
    open: handMade((held, name, mark) => {
      queueMicrotask(() => setImmediate(() => held.set(name, mark)))
      return true
    }),
  },
  {
    bug: 'answers changed to every caller',
    convictedBy: 'answers true to exactly one of many concurrent identical first records',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).map(() => true) })),
  },
  {
    bug: 'answers changed to nobody',
    convictedBy: 'answers per mark whether it revoked anything more',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).map(() => false) })),
  },
  {
    bug: 'answers a batch in another order',
    convictedBy: 'answers in the order of the batch',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).toReversed() })),
  },
  {
    bug: 'mixes up a:b + c with a + b:c',
    convictedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope: '', value: `${scope}:${value}` })),
  },
  {
    bug: 'folds case',
    convictedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.toLowerCase() })),
  },
  {
    bug: 'normalises unicode',
    convictedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.normalize() })),
  },
  {
    bug: 'cuts long values off',
    convictedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.slice(0, 1_000) })),
  },
  {
    bug: 'forgets early: a second before the mark expires',
    convictedBy: 'finds a mark until it expires, and not after',
    open: withMarks((mark) => ({ ...mark, expiresAt: mark.expiresAt - 1_000 })),
  },
  {
    bug: 'returns expired marks',
    convictedBy: 'finds a mark until it expires, and not after',
    open: withMarks((mark) => ({ ...mark, expiresAt: mark.expiresAt + 60_000 })),
  },
  {
    bug: 'revives expired marks when it records anew',
    convictedBy: 'records anew what had expired',
    open: () => plainStore({ now: () => 0 }),
  },
  {
    bug: 'lets an expired record widen a live mark',
    convictedBy: 'ignores a mark that has expired already',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : mergeMarks(before, mark))
      return before === undefined
    }),
  },
  {
    bug: 'forgets whom the mark spares',
    convictedBy: 'gives every field of a mark back',
    open: withMarks(({ cutoff, expiresAt }) => ({ cutoff, expiresAt })),
  },
  {
    bug: 'turns infinite cutoffs into null',
    convictedBy: 'gives every field of a mark back',
    open: withMarks((mark) => JSON.parse(JSON.stringify(mark)) as Mark),
  },
  {
    bug: 'forgets by prefix, or all at once',
    convictedBy: 'forgets the keys that it is given, and no other',
    open: wrapped((store) => ({
      forget: (keys) => store.forget([...keys, { scope: 'sub', value: 'b' }]),
    })),
  },
  {
    bug: 'remembers what it was told to forget',
    convictedBy: 'records anew what it forgot',
    open: wrapped(() => ({ forget: async () => undefined })),
  },
  {
    bug: 'answers marks that nobody asked for',
    convictedBy: 'finds exactly the recorded keys among many',
    open: wrapped((store) => {
      const recorded: Key[] = []
      return {
        record: (marks) => {
          recorded.push(...marks.map(({ key }) => key))
          return store.record(marks)
        },
        find: (keys) => store.find([...keys, ...recorded]),
      }
    }),
  },
]

/** A store over a backend that can be taken away, and what becomes of its calls then. */
function overBackend(whileAway: 'rejects' | 'answers'): () => BreakableStore {
  return () => {
    const store = plainStore()
    let isAway = false
    const guarded =
      <Args extends readonly unknown[], T>(call: (...args: Args) => T | Promise<T>, instead: T) =>
      async (...args: Args): Promise<T> => {
        await delay(0)
        if (!isAway) return await call(...args)
        if (whileAway === 'rejects') throw new Error('connection lost')
        return instead
      }
    return {
      store: {
        record: guarded(store.record, []),
        find: guarded(store.find, []),
        forget: guarded(store.forget, undefined),
      },
      breakDown: () => {
        isAway = true
      },
    }
  }
}

/** Rejects while its backend is away. */
export const honestStore: () => BreakableStore = overBackend('rejects')

/** Answers [] while its backend is away, as if nothing were revoked. */
export const lyingStore: () => BreakableStore = overBackend('answers')
