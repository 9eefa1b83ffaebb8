import { type Key, type KeyedMark, type Mark, marksEqual, mergeMarks, revokesAny } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { assertLive, type BrokenStore, handMade, withKeys, withMarks, wrapped } from './break-store.ts'

/** Stores that break the contract in ways that real ones do. */
export const brokenStores: readonly BrokenStore[] = [
  {
    bug: 'loses concurrent merges: reads, waits, writes',
    detectedBy: 'loses none of many concurrent records of one key',
    open: handMade(async (held, name, mark) => {
      const before = held.get(name)
      await Promise.resolve()
      held.set(name, before === undefined ? mark : mergeMarks(before, mark))
      return before === undefined
    }),
  },
  {
    bug: 'overwrites instead of merging',
    detectedBy: 'merges a record into what its key holds',
    open: handMade((held, name, mark) => {
      held.set(name, mark)
      return true
    }),
  },
  {
    bug: 'shortens the TTL: the last record sets it',
    detectedBy: 'never shortens the life of a mark',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : { ...mergeMarks(before, mark), expiresAt: mark.expiresAt })
      return before === undefined
    }),
  },
  {
    bug: 'keeps the TTL of the first record',
    detectedBy: 'lengthens the life of a mark',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : { ...mergeMarks(before, mark), expiresAt: before.expiresAt })
      return before === undefined
    }),
  },
  {
    bug: 'evicts the oldest mark when full',
    detectedBy: 'never evicts a live mark, however many are recorded',
    open: handMade((held, name, mark) => {
      const [oldest] = held.keys()
      if (held.size >= 1_000 && oldest !== undefined) held.delete(oldest)
      held.set(name, mark)
      return true
    }),
  },
  {
    bug: 'resolves before it has stored',
    detectedBy: 'finds a mark as soon as its record has resolved, on every handle',
    open: handMade((held, name, mark) => {
      queueMicrotask(() => setImmediate(() => held.set(name, mark)))
      return true
    }),
  },
  {
    bug: 'answers changed to every caller',
    detectedBy: 'returns true for exactly one of many concurrent identical first records',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).map(() => true) })),
  },
  {
    bug: 'answers changed for whatever differs, such as a longer life',
    detectedBy: 'lets exactly one of many concurrent callers use an id, whenever it ends',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      const merged = before === undefined ? mark : mergeMarks(before, mark)
      held.set(name, merged)
      return before === undefined || !marksEqual(before, merged)
    }),
  },
  {
    bug: 'takes a mark that revokes nothing for none',
    detectedBy: 'lets exactly one of many concurrent callers use an id, whenever it ends',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : mergeMarks(before, mark))
      return before === undefined || !revokesAny(before)
    }),
  },
  {
    bug: 'keys marks by the value alone',
    detectedBy: 'keeps the ids of one use apart from those of tokens',
    open: withKeys(({ value }) => ({ scope: '', value })),
  },
  {
    bug: 'answers changed to nobody',
    detectedBy: 'returns per mark whether it revoked anything more',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).map(() => false) })),
  },
  {
    bug: 'answers a batch in another order',
    detectedBy: 'returns results in the order of the batch',
    open: wrapped((store) => ({ record: async (marks) => (await store.record(marks)).toReversed() })),
  },
  {
    bug: 'mixes up a:b + c with a + b:c',
    detectedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope: '', value: `${scope}:${value}` })),
  },
  {
    bug: 'folds case',
    detectedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.toLowerCase() })),
  },
  {
    bug: 'normalises unicode',
    detectedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.normalize() })),
  },
  {
    bug: 'cuts long values off',
    detectedBy: 'keeps keys apart that naive encodings mix up',
    open: withKeys(({ scope, value }) => ({ scope, value: value.slice(0, 1_000) })),
  },
  {
    bug: 'forgets early: 200 ms before the mark expires',
    detectedBy: 'finds a mark until it expires, and not after',
    open: withMarks((mark) => ({ ...mark, expiresAt: mark.expiresAt - 200 })),
  },
  {
    bug: 'returns expired marks',
    detectedBy: 'finds a mark until it expires, and not after',
    open: withMarks((mark) => ({ ...mark, expiresAt: mark.expiresAt + 60_000 })),
  },
  {
    bug: 'revives expired marks when it records anew',
    detectedBy: 'records anew what had expired',
    open: () => plainStore({ now: () => 0 }),
  },
  {
    bug: 'acknowledges expired marks',
    detectedBy: 'rejects a mark that has already expired, and stores nothing of it',
    open: wrapped((store) => ({
      record: async (marks) => {
        const isLive = ({ mark }: KeyedMark): boolean => mark.expiresAt > Date.now()
        const changed = await store.record(marks.filter(isLive))
        let index = 0
        return marks.map((keyed) => isLive(keyed) && changed[index++] === true)
      },
    })),
  },
  {
    bug: 'lets an expired record widen a live mark, and rejects then',
    detectedBy: 'rejects a mark that has already expired, and stores nothing of it',
    open: handMade((held, name, mark) => {
      const before = held.get(name)
      held.set(name, before === undefined ? mark : mergeMarks(before, mark))
      assertLive(mark)
      return before === undefined
    }),
  },
  {
    bug: 'looks at the first mark of a batch only',
    detectedBy: 'rejects a batch of which one mark has already expired',
    open: wrapped((store) => ({
      record: async ([first, ...others]) => {
        if (first === undefined) return []
        const changed = await store.record([first])
        const live = others.filter(({ mark }) => mark.expiresAt > Date.now())
        return [...changed, ...(await store.record(live))]
      },
    })),
  },
  {
    bug: 'forgets whom the mark spares',
    detectedBy: 'returns every field of a mark',
    open: withMarks(({ cutoff, expiresAt }) => ({ cutoff, expiresAt })),
  },
  {
    bug: 'turns infinite cutoffs into null',
    detectedBy: 'returns every field of a mark',
    open: withMarks((mark) => JSON.parse(JSON.stringify(mark)) as Mark),
  },
  {
    bug: 'forgets by prefix, or all at once',
    detectedBy: 'forgets the keys that it is given, and no other',
    open: wrapped((store) => ({
      forget: (keys) => store.forget([...keys, { scope: 'sub', value: 'b' }]),
    })),
  },
  {
    bug: 'keeps what it must forget',
    detectedBy: 'records anew what it forgot',
    open: wrapped(() => ({ forget: async () => undefined })),
  },
  {
    bug: 'answers marks that nobody asked for',
    detectedBy: 'finds exactly the recorded keys among many',
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
