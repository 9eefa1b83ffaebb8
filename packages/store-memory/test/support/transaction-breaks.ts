import { isAudited, type KeyedMark, type LogEntry } from '@revoked/core'
import type { Break, SessionBreak } from './broken-transactions.ts'

/** Takes whatever it is given for a transaction. */
const takesAnything: Break & SessionBreak = { outside: (store: object) => ({ ...store, within: () => ({}) as never }) }

/** A fault for each case of marks, by the name of the case. */
export const markBreaks: Readonly<Record<string, Break>> = {
  'shows nothing outside before the commit, and everything afterwards': {
    inside: ({ store }) => ({ record: (marks) => store.record(marks) }),
  },
  'changes nothing if the transaction is rolled back': {
    inside: ({ store }) => ({ forget: (keys) => store.forget(keys) }),
  },
  'finds inside what the transaction has recorded and forgotten': {
    inside: ({ store }) => ({ find: (keys) => store.find(keys) }),
  },
  'merges inside into what a key holds, and returns what that changed': {
    inside: ({ inside }) => ({
      record: async (marks) => {
        await inside.record(marks)
        return marks.map(() => true)
      },
    }),
  },
  'loses no mark that others record before the commit': {
    // Overwrites what the key holds at the commit.
    inside: ({ store, transaction }) => ({
      record: async (marks) => {
        transaction.add(async () => {
          await store.forget(marks.map(({ key }) => key))
          await store.record(marks)
        })
        return marks.map(() => true)
      },
    }),
  },
  'agrees inside, and for everybody from the commit on': {
    // It answers as it should, but the store keeps nothing of it.
    inside: ({ store }) => ({
      agree: async (settings) => {
        const held = await store.agree({ ...settings, maxTokenLifetime: 1, claims: [] })
        return { ...held, ...settings, claims: [...held.claims, ...settings.claims] }
      },
    }),
  },
  'lets others agree while a transaction is open in which nothing new was agreed on': lockedAgreement(),
  'rejects inside a mark that has already expired': {
    inside: ({ inside }) => ({ record: (marks) => inside.record(marks).catch(() => marks.map(() => false)) }),
  },
  'throws a TypeError for what is no transaction': takesAnything,
}

/** A fault for each case of the change log. */
export const logBreaks: Readonly<Record<string, Break>> = {
  'appends nothing to the log before the commit, and each change afterwards': {
    // A key that is forgotten is in no entry.
    outside: (store) => ({
      read: async (log, after) => {
        const page = await store.read(log, after)
        return page.reset ? page : { ...page, entries: page.entries.map((entry) => ({ ...entry, ...aMark })) }
      },
    }),
  },
  'appends nothing to the log if the transaction is rolled back': {
    inside: ({ store, inside }) => ({
      record: async (marks) => {
        await store.record(marks)
        await store.forget(marks.map(({ key }) => key))
        return await inside.record(marks)
      },
    }),
  },
  'hides no entry from a follower that read while the transaction was open': skippingLog(),
  'wakes listeners of every handle once it is told that the commit is done': {
    inside: () => ({ committed: async () => {} }),
  },
}

/** A fault for each case of the audit trail. */
export const auditBreaks: Readonly<Record<string, Break>> = {
  'enters nothing before the commit, and what was changed afterwards': {
    inside: ({ inside }) => ({ forget: (keys) => inside.forget(keys) }),
  },
  'enters nothing if the transaction is rolled back': {
    inside: ({ store, inside }) => ({
      record: async (marks, note) => {
        if (!isAudited(store)) return []
        await store.record(
          marks.map(({ mark }) => ({ key: { scope: 'x', value: '' }, mark })),
          note,
        )
        return await inside.record(marks)
      },
    }),
  },
}

/** A fault for each case of sessions. */
export const sessionBreaks: Readonly<Record<string, SessionBreak>> = {
  'shows nothing outside before the commit, and everything afterwards': {
    inside: (store) => ({ open: (session, limit) => store.open(session, limit) }),
  },
  'changes nothing if the transaction is rolled back': {
    inside: (store) => ({ closeAll: (subject, range) => store.closeAll(subject, range) }),
  },
  'shows inside what the transaction has opened and closed': {
    inside: (store) => ({ find: (keys) => store.find(keys), get: (key) => store.get(key) }),
  },
  'closes all sessions of a subject at the commit, except one': {
    inside: (_, inside) => ({ closeAll: (subject, { openedUntil }) => inside.closeAll(subject, { openedUntil }) }),
  },
  'counts open sessions inside, those of the transaction included': {
    inside: (_, inside) => ({ open: (session) => inside.open(session) }),
  },
  'throws a TypeError for what is no transaction': takesAnything,
}

const aMark = { mark: { cutoff: Infinity, expiresAt: Date.now() + 60_000 } }

/** An agreement that is locked until the end of the transaction. */
function lockedAgreement(): Break {
  let isLocked = false
  return {
    inside: ({ inside, transaction }) => ({
      agree: (settings) => {
        isLocked = true
        transaction.add(() => {
          isLocked = false
        })
        return inside.agree(settings)
      },
    }),
    outside: ({ agree }) => ({ agree: (settings) => (isLocked ? new Promise<never>(() => {}) : agree(settings)) }),
  }
}

/**
 * A log whose serials are taken by the writers, and become readable at the commit: a reader that
 * goes on from the largest serial has skipped those that were taken before.
 */
function skippingLog(): Break {
  const written: (KeyedMark | undefined)[] = []
  const take = (): number => written.push(undefined) - 1

  return {
    inside: ({ inside, transaction }) => ({
      record: (marks) => {
        const serial = take()
        transaction.add(() => {
          written[serial] = marks[0]
        })
        return inside.record(marks)
      },
    }),
    outside: (store) => ({
      record: async (marks) => {
        written[take()] = marks[0]
        return await store.record(marks)
      },
      read: async (_, after) => {
        if (after === undefined) return { reset: true, position: { epoch: 'e', sequence: 0, tip: '-1' } }
        let position = after
        const entries: LogEntry[] = []
        for (const [serial, keyed] of written.entries()) {
          if (keyed === undefined || serial <= Number(after.tip)) continue
          const previousTip = position.tip
          position = { epoch: 'e', sequence: position.sequence + 1, tip: `${serial}` }
          entries.push({ position, previousTip, key: store.logKey(keyed.key), mark: keyed.mark })
        }
        return { reset: false, entries, position, complete: true }
      },
    }),
  }
}
