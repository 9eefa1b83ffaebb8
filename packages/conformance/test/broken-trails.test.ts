import { AssertionError } from 'node:assert'
import { auditCases, auditFailureCases, type BreakableStore } from '@revoked/conformance'
import type { AuditEntry, AuditedStore, AuditNote, AuditPage, AuditQuery } from '@revoked/core'
import { withTrail } from '@revoked/testing/audited-store'
import { describeCases } from '@revoked/testing/describe-cases'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'

type Break = (store: AuditedStore) => Partial<AuditedStore>

/** Changes each note before it is written. */
const noted =
  (change: (note: AuditNote) => AuditNote | undefined): Break =>
  (store) => ({
    record: (marks, note) => store.record(marks, note && change(note)),
    forget: (keys, note) => store.forget(keys, note && change(note)),
  })

/** Changes each query before it is read. */
const asked =
  (change: (query: AuditQuery) => AuditQuery): Break =>
  ({ audit }) => ({ audit: { read: (query) => audit.read(change(query)) } })

/** Changes each page before it is returned. */
const paged =
  (change: (page: AuditPage, query: AuditQuery) => AuditPage): Break =>
  ({ audit }) => ({ audit: { read: async (query) => change(await audit.read(query), query) } })

/** Changes each entry before it is returned. */
const entered = (change: (entry: AuditEntry) => Partial<AuditEntry>): Break =>
  paged(({ entries, next }) => ({ entries: entries.map((entry) => ({ ...entry, ...change(entry) })), next }))

const without = ({ subject: _, ...query }: AuditQuery): AuditQuery => query

/** Deliberate faults for each case, by the name of the case. */
const breaks: Readonly<Record<string, readonly Break[]>> = {
  'enters who revoked what, when and why, on every handle': [
    noted(() => undefined),
    noted(({ at, subjects }) => ({ at, subjects, actor: 'system' })),
    noted((note) => ({ ...note, at: note.at + 1 })),
    entered(() => ({ subject: undefined })),
    entered(({ key }) => ({ key: { ...key, scope: 'jti' } })),
    entered(({ mark }) => ({ mark: mark && { ...mark, cutoff: Infinity } })),
  ],
  'enters who reinstated what, beside the revocation': [
    (store) => ({ forget: (keys) => store.forget(keys) }),
    entered(() => ({ action: 'revoke' })),
    paged(({ entries }) => ({ entries: entries.slice(0, 1), next: undefined })),
  ],
  'enters undefined for what a note does not say': [entered(({ actor = '' }) => ({ actor }))],
  'enters nothing without a note': [
    (store) => ({ record: (marks, note = { at: Date.now(), subjects: [] }) => store.record(marks, note) }),
    (store) => ({ forget: (keys, note = { at: Date.now(), subjects: [] }) => store.forget(keys, note) }),
  ],
  'enters each mark of a batch with its own subject': [
    noted((note) => ({ ...note, subjects: note.subjects.map(() => note.subjects[0]) })),
    noted((note) => ({ ...note, subjects: note.subjects.filter((subject) => subject !== undefined) })),
    (store) => ({
      record: async (marks, note) => (await Promise.all(marks.map((mark) => store.record([mark], note)))).flat(),
    }),
  ],
  'enters only what a call changed': [
    // Enters every mark, by a key of its own that is changed in any case.
    (store) => ({
      record: async (marks, note) => {
        const changed = await store.record(marks)
        const others = marks.map(({ mark }) => ({ key: { scope: 'x', value: `${Math.random()}` }, mark }))
        await store.record(others, note)
        return changed
      },
    }),
    // Enters the first subjects for what changed.
    (store) => ({
      record: async (marks, note) => {
        const held = new Set((await store.find(marks.map(({ key }) => key))).map(({ key }) => key.value))
        const changing = marks.filter(({ key }) => !held.has(key.value))
        await store.record(changing, note)
        return await store.record(marks)
      },
    }),
  ],
  'enters one of many concurrent identical records': [
    (store) => ({
      record: async (marks, note) => {
        const found = await store.find(marks.map(({ key }) => key))
        const changed = await store.record(marks)
        if (found.length === 0 && note !== undefined)
          await store.record(
            [{ key: { scope: 'x', value: `${Math.random()}` }, mark: marks[0]?.mark ?? never() }],
            note,
          )
        return changed
      },
    }),
  ],
  'enters nothing of a record that rejects': [
    (store) => ({
      record: async (marks, note) => {
        await store.record(
          marks.map(({ key, mark }) => ({ key, mark: { ...mark, expiresAt: Date.now() + 1_000 } })),
          note,
        )
        return await store.record(marks)
      },
    }),
  ],
  'keeps every character of actors and reasons': [
    entered(({ actor }) => ({ actor: actor?.trim() })),
    entered(({ actor }) => ({ actor: actor?.slice(0, 128) })),
    entered(({ actor }) => ({ actor: actor?.normalize() })),
    entered(({ reason }) => ({ reason: reason?.toLowerCase() })),
  ],
  'keeps every field of a mark, as it was given': [
    entered(({ mark }) => ({ mark: mark && { cutoff: mark.cutoff, expiresAt: mark.expiresAt } })),
    entered(({ mark }) => ({ mark: mark && { ...mark, expiresAt: mark.expiresAt + 30_000 } })),
  ],
  'returns an empty page if nothing was entered': [paged(({ entries }) => ({ entries, next: 'more' }))],
  'returns the latest entry first, in whatever order they were entered': [
    paged(({ entries, next }) => ({ entries: [...entries].reverse(), next })),
    // Sorted by the order in which they were entered.
    paged(({ entries, next }) => ({
      entries: [...entries].sort((a, b) => Number(b.key.value) - Number(a.key.value)),
      next,
    })),
  ],
  'finds the entries of a subject, and of no other': [
    asked(without),
    asked((query) => ({ ...query, ...(query.subject && { subject: lowered(query.subject) }) })),
  ],
  'finds the entries of a time: its first instant included, its last excluded': [
    asked(({ from: _, ...query }) => query),
    asked(({ until: _, ...query }) => query),
    asked((query) => ({ ...query, ...(query.from && { from: query.from + 1 }) })),
    asked((query) => ({ ...query, ...(query.until && { until: query.until + 1 }) })),
    asked((query) => (query.from === undefined ? query : without(query))),
    asked(({ from, ...query }) => (query.subject || from === undefined ? query : { ...query, from })),
  ],
  'pages through all entries once, also through those of one instant': [
    // Reads on by the instant alone.
    ({ audit }) => ({
      audit: {
        read: async ({ after, ...query }) => {
          const { entries, next } = await audit.read({ ...query, ...(after && { until: Number(after) }) })
          return { entries, next: next && `${entries.at(-1)?.at}` }
        },
      },
    }),
    // Takes a page for the last one because entries of others were in it.
    ({ audit }) => ({
      audit: {
        read: async ({ subject, ...query }) => {
          const { entries, next } = await audit.read(query)
          const found = entries.filter((entry) => subject === undefined || entry.subject?.value === subject.value)
          return { entries: found, next: found.length < query.limit ? undefined : next }
        },
      },
    }),
  ],
  'says that there are no more once the last entry was returned': [
    paged(({ entries, next }, { limit }) => ({ entries, next: entries.length === limit ? (next ?? 'more') : next })),
    paged(({ entries }) => ({ entries, next: undefined })),
  ],
  'reads on from a page, whatever is entered meanwhile': [
    // Reads on by the number of entries.
    ({ audit }) => ({
      audit: {
        read: async ({ after = '0', limit, ...query }) => {
          const { entries } = await audit.read({ ...query, limit: 1_000 })
          const start = Number(after)
          const end = start + limit
          return { entries: entries.slice(start, end), next: end < entries.length ? `${end}` : undefined }
        },
      },
    }),
  ],
  'rejects with a RangeError what is not the next of a page': [
    ({ audit }) => ({
      audit: {
        read: (query) => audit.read(query).catch(() => ({ entries: [], next: undefined })),
      },
    }),
    ({ audit }) => ({ audit: { read: (query) => audit.read(query).catch(() => Promise.reject(new Error('SQL'))) } }),
  ],
  'keeps entries for longer than the mark': [
    paged(({ entries, next }) => ({
      entries: entries.filter(({ mark }) => mark === undefined || mark.expiresAt > Date.now()),
      next,
    })),
  ],
  'keeps entries for the stated time, and not longer': [
    paged(({ entries, next }) => ({ entries: entries.filter(({ at }) => at > Date.now() - 200), next })),
    // Nothing is ever dropped.
    () => withTrail(plainStore()),
  ],
}

function lowered({ scope, value }: { readonly scope: string; readonly value: string }) {
  return { scope, value: value.toLowerCase() }
}

function never(): never {
  throw new Error('There is no mark.')
}

const auditForMs = 500

describeCases('a correct trail passes', auditCases, {
  open: () => ({ store: withTrail(plainStore()) }),
  openShort: () => ({ store: withTrail(plainStore(), { keepMs: auditForMs }), auditForMs }),
})

describe.concurrent('a broken trail is detected', () => {
  for (const { name, run } of auditCases) {
    for (const [index, change] of (breaks[name] ?? []).entries()) {
      test(`by "${name}", ${index + 1}`, async ({ expect }) => {
        const broken = (keepMs = Infinity) => {
          const store = withTrail(plainStore(), { keepMs })
          return { ...store, ...change(store) }
        }
        const detecting = run({
          open: () => ({ store: broken() }),
          openShort: () => ({ store: broken(auditForMs), auditForMs }),
        })
        await expect(detecting).rejects.toThrow(AssertionError)
      })
    }
  }
})

/** Opens a store whose reads do this while its backend is unreachable. */
function overBackend(instead: () => Promise<AuditPage>): () => BreakableStore<AuditedStore> {
  return () => {
    const store = withTrail(plainStore())
    let isAway = false
    const read = (query: AuditQuery) => (isAway ? instead() : store.audit.read(query))
    const breakDown = (): void => {
      isAway = true
    }
    return { store: { ...store, audit: { read } }, breakDown }
  }
}

describeCases('a trail that rejects passes', auditFailureCases, {
  open: overBackend(() => Promise.reject(new Error('connection lost'))),
})

test.each(auditFailureCases)('a trail that is empty in place of a failure is detected: $name', async ({ run }) => {
  await expect(run({ open: overBackend(async () => ({ entries: [], next: undefined })) })).rejects.toThrow(
    AssertionError,
  )
})

test('every case of trails detects a broken one', () => {
  expect(Object.keys(breaks)).toEqual(auditCases.map(({ name }) => name))
})
