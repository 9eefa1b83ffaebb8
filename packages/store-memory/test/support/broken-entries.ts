import { type Key, type Mark, markCovers } from '@revoked/core'
import { type BrokenLog, logging, rewriting, withLog } from './break-log.ts'

/** Stores whose log has too many entries, too few, or wrong ones. */
export const brokenEntries: readonly BrokenLog[] = [
  {
    bug: 'holds what was recorded, and not the merged mark',
    detectedBy: 'holds the mark of a key as it is after the merge',
    open: logging((marks) => marks),
  },
  {
    bug: 'turns infinite cutoffs into null',
    detectedBy: 'keeps every field of a mark',
    open: rewriting((entries) =>
      entries.map(({ key, mark }) => ({ key, mark: mark && (JSON.parse(JSON.stringify(mark)) as Mark) })),
    ),
  },
  {
    bug: 'leaves out how far a family was used',
    detectedBy: 'keeps every field of a mark',
    open: rewriting((entries) =>
      entries.map(({ key, mark }) => {
        if (mark === undefined) return { key, mark }
        const { family, ...others } = mark
        return { key, mark: others }
      }),
    ),
  },
  {
    bug: 'has nothing about what was forgotten',
    detectedBy: 'has an entry without a mark for a key that was forgotten',
    open: rewriting((entries) => entries.filter(({ mark }) => mark !== undefined)),
  },
  {
    bug: 'holds the mark that was forgotten',
    detectedBy: 'has an entry without a mark for a key that was forgotten',
    open: rewriting((entries) =>
      entries.map(({ key, mark }) => ({ key, mark: mark ?? { cutoff: 0, expiresAt: Date.now() + 1_000 } })),
    ),
  },
  {
    bug: 'has only marks that revoke more than the one before',
    detectedBy: 'has an entry for a mark that only lives longer or has another reason',
    open: withLog((append) => {
      const logged = new Map<string, Mark>()
      return {
        rewrite: (entries) => {
          for (const { key, mark } of entries) {
            const before = logged.get(key.value)
            if (before !== undefined && mark !== undefined && markCovers(before, mark)) continue
            append([{ key, mark }])
            if (mark !== undefined) logged.set(key.value, mark)
          }
        },
      }
    }),
  },
  {
    bug: 'has an entry for each mark that it is given',
    detectedBy: 'has no entry for a record that changes nothing',
    open: logging((marks) => marks),
  },
  {
    bug: 'has an entry for each call',
    detectedBy: 'has no entry for a record that changes nothing',
    open: withLog((append, store) => ({
      methods: {
        record: async (marks) => {
          if (marks.length === 0) append([{ key: { scope: '', value: '' }, mark: undefined }])
          return await store.record(marks)
        },
      },
    })),
  },
  {
    bug: 'has an entry for each key that it must forget',
    detectedBy: 'has no entry for a key that is forgotten without a mark',
    open: withLog((append, store) => ({
      rewrite: (entries) => append(entries.filter(({ mark }) => mark !== undefined)),
      methods: {
        forget: async (keys) => {
          await store.forget(keys)
          append(keys.map((key) => ({ key, mark: undefined })))
        },
      },
    })),
  },
  {
    bug: 'appends before it refuses',
    detectedBy: 'has no entry for a record that is rejected',
    open: withLog((append, store) => ({
      rewrite: () => undefined,
      methods: {
        record: async (marks) => {
          append(marks)
          return await store.record(marks)
        },
      },
    })),
  },
  {
    bug: 'has one entry for a batch',
    detectedBy: 'has one entry for each mark of a batch',
    open: rewriting((entries) => entries.slice(0, 1)),
  },
  {
    bug: 'has each entry of a batch twice',
    detectedBy: 'has one entry for each mark of a batch',
    open: rewriting((entries) => [...entries, ...entries]),
  },
  {
    bug: 'holds the last mark of a key that a batch names twice',
    detectedBy: 'holds both marks of a key that one batch names twice',
    open: logging((marks) => [...new Map(marks.map((keyed) => [keyed.key.value, keyed])).values()]),
  },
  {
    bug: 'has an entry for each mark that it finds expired',
    detectedBy: 'has no entry for the expiry of a mark',
    open: withLog((append, store) => {
      const live = new Map<Key, Mark>()
      return {
        rewrite: (entries) => {
          append(entries)
          for (const { key, mark } of entries) if (mark !== undefined) live.set(key, mark)
        },
        methods: {
          find: (keys) => {
            for (const [key, { expiresAt }] of live) {
              if (expiresAt <= Date.now() && live.delete(key)) append([{ key, mark: undefined }])
            }
            return store.find(keys)
          },
        },
      }
    }),
  },
]
