import type { FollowableStore, Key, KeyedMark } from '@revoked/core'
import { type BrokenLog, withLog, wrapped } from './break-log.ts'

/** Opens a store whose batches are changed before they are yielded. */
function withBatches(change: (batch: readonly KeyedMark[]) => readonly KeyedMark[]): BrokenLog['open'] {
  return wrapped((store) => ({
    scan: async function* (log) {
      for await (const batch of store.scan(log)) yield change(batch)
    },
  }))
}

async function everyMark(store: FollowableStore): Promise<KeyedMark[]> {
  const marks: KeyedMark[] = []
  for await (const batch of store.scan(0)) marks.push(...batch)
  return marks
}

/** Opens a store that scans what was recorded, whether or not it still holds it. */
function scanningRecords(isKept: (keyed: KeyedMark, isForgotten: boolean) => boolean): BrokenLog['open'] {
  return wrapped((store) => {
    const recorded: KeyedMark[] = []
    const forgotten = new Set<string>()
    return {
      record: (marks) => {
        recorded.push(...marks)
        return store.record(marks)
      },
      forget: (keys) => {
        for (const { value } of keys) forgotten.add(value)
        return store.forget(keys)
      },
      scan: async function* () {
        yield recorded.filter((keyed) => isKept(keyed, forgotten.has(keyed.key.value)))
      },
    }
  })
}

/** What is wrong with naming keys `scope:value`. */
function splitAgain({ scope, value }: Key): Key {
  const [first = '', ...others] = `${scope}:${value}`.split(':')
  return { scope: first, value: others.join(':') }
}

/** Stores whose `scan` breaks the contract. */
export const brokenScans: readonly BrokenLog[] = [
  {
    bug: 'splits names at the first colon',
    detectedBy: 'scans every mark, by the name of its key in the log',
    open: withBatches((batch) => batch.map(({ key, mark }) => ({ key: splitAgain(key), mark }))),
  },
  {
    bug: 'reads the name of a key as a pattern',
    detectedBy: 'scans every mark, by the name of its key in the log',
    open: withBatches((batch) => batch.filter(({ key }) => !key.value.includes('['))),
  },
  {
    bug: 'leaves out every field but two',
    detectedBy: 'scans every field of a mark',
    open: withBatches((batch) =>
      batch.map(({ key, mark: { cutoff, expiresAt } }) => ({ key, mark: { cutoff, expiresAt } })),
    ),
  },
  {
    bug: 'leaves out marks that revoke nothing',
    detectedBy: 'scans every field of a mark',
    open: withBatches((batch) => batch.filter(({ mark }) => mark.cutoff !== -Infinity)),
  },
  {
    bug: 'yields marks that were forgotten',
    detectedBy: 'scans no mark that was forgotten, and none in an empty store',
    open: scanningRecords(({ mark }) => mark.expiresAt > Date.now()),
  },
  {
    bug: 'yields marks that have expired',
    detectedBy: 'scans no mark that has expired',
    open: scanningRecords((_, isForgotten) => !isForgotten),
  },
  {
    bug: 'yields all marks in one batch',
    detectedBy: 'scans in batches of at most 1,000 marks',
    open: wrapped((store) => ({
      scan: async function* () {
        yield await everyMark(store)
      },
    })),
  },
  {
    bug: 'yields the first batch only',
    detectedBy: 'scans in batches of at most 1,000 marks',
    open: wrapped((store) => ({
      scan: async function* (log) {
        for await (const batch of store.scan(log)) return yield batch
      },
    })),
  },
  {
    bug: 'skips by a number of marks',
    detectedBy: 'scans every mark that is left alone while others are written',
    open: wrapped((store) => ({
      scan: async function* () {
        for (let offset = 0; ; offset += 500) {
          const batch = (await everyMark(store)).slice(offset, offset + 500)
          if (batch.length === 0) return
          yield batch
        }
      },
    })),
  },
  {
    bug: 'ends when the store is written',
    detectedBy: 'scans every mark that is left alone while others are written',
    open: wrapped((store) => ({
      scan: async function* (log) {
        const { position: start } = await store.read(log)
        for await (const batch of store.scan(log)) {
          yield batch
          if ((await store.read(log)).position.tip !== start.tip) return
        }
      },
    })),
  },
  {
    bug: 'appends nothing during a scan',
    detectedBy: 'makes up the store from a scan and the log since it began',
    open: withLog((append, store) => {
      let scans = 0
      return {
        rewrite: (entries) => void (scans === 0 && append(entries)),
        methods: {
          scan: async function* (log) {
            scans++
            yield* store.scan(log)
            scans--
          },
        },
      }
    }),
  },
  {
    bug: 'yields marks of an earlier scan',
    detectedBy: 'scans no mark that was forgotten, and none in an empty store',
    open: wrapped((store) => {
      let kept: readonly KeyedMark[] | undefined
      return {
        scan: async function* () {
          kept ??= await everyMark(store)
          yield kept
        },
      }
    }),
  },
]
