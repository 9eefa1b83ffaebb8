import { AssertionError } from 'node:assert'
import { sessionCases, sessionFailureCases } from '@revoked/conformance'
import type { SessionStore, StoredSession } from '@revoked/core/sessions'
import { describe, expect, test } from 'vitest'
import { memorySessions } from '../../src/index.ts'

type Break = (store: SessionStore) => Partial<SessionStore>

/** Returns a store that changes each session before it is opened. */
const changed =
  (change: (session: StoredSession) => Partial<StoredSession>): Break =>
  (store) => ({ open: (session, limit) => store.open({ ...session, ...change(session) }, limit) })

/** A deliberate fault for each case, by the name of the case. */
const breaks: Readonly<Record<string, Break>> = {
  'shows a session as soon as it is open, on every handle': (store) => ({
    count: async (subject) => (await store.count(subject)) - 1,
  }),
  'shows nothing of a subject without sessions': () => ({ count: async () => 1 }),
  'keeps every field of a session': changed(({ data }) => ({ data: data.trim() })),
  'keeps subjects and ids apart that naive encodings mix up': (store) => ({
    open: (session) => store.open({ ...session, id: session.id.toLowerCase() }),
    get: ({ subject, id }) => store.get({ subject, id: id.toLowerCase() }),
    find: (keys) => store.find(keys.map(({ subject, id }) => ({ subject, id: id.toLowerCase() }))),
  }),
  'leaves a session that is open already as it is': (store) => ({
    open: async (session, limit) => {
      await store.close(session.subject, [session.id])
      return await store.open(session, limit)
    },
  }),
  'evicts no open session': (store) => {
    const ids: string[] = []
    return {
      open: async (session) => {
        if (ids.push(session.id) > 500) await store.close(session.subject, [ids.shift() ?? ''])
        return store.open(session)
      },
    }
  },
  'opens as many of many concurrent sessions as there is room for': (store) => ({
    open: async (session, limit) =>
      (await store.count(session.subject)) < (limit?.maxOpen ?? Infinity)
        ? store.open(session)
        : store.open(session, limit),
  }),
  'names the sessions that were used longest ago, as many as must be closed': (store) => ({
    open: async (session, limit) => {
      const result = await store.open(session, limit)
      return 'leastUsed' in result ? { opened: false, leastUsed: result.leastUsed.slice(0, 1) } : result
    },
  }),
  'closes the sessions that are named instead, whatever the result': (store) => ({
    open: async (session, limit) => {
      const left = (await store.list(session.subject)).filter(({ id }) => limit?.instead.includes(id) === false)
      const instead = left.length < (limit?.maxOpen ?? Infinity) ? limit?.instead : []
      return store.open(session, limit && { ...limit, instead: instead ?? [] })
    },
  }),
  'notes a use, and returns the session': (store) => ({ touch: (use) => store.get(use) }),
  'moves no instant backwards': (store) => ({
    touch: async (use) => {
      const session = await store.get(use)
      return session && { ...session, ...use }
    },
  }),
  'opens nothing by a use': (store) => ({
    touch: async (use) => {
      const times = { openedAt: use.usedAt, authenticatedAt: use.usedAt, idleMs: 60_000, endsAt: use.usedAt + 60_000 }
      await store.open({ ...times, ...use, data: '' })
      return store.touch(use)
    },
  }),
  'finds sessions in the order of the keys': (store) => ({
    find: async (keys) => [...(await store.find(keys))].sort((a = 0, b = 0) => a - b),
  }),
  'ends a session that lies idle, and leaves room for another one': changed(() => ({ idleMs: 60_000 })),
  'ends a session at its end, however much it is used': changed(({ endsAt }) => ({ endsAt: endsAt + 60_000 })),
  'keeps a session open that is used in time': (store) => ({ touch: (use) => store.get(use) }),
  'closes sessions, and returns the ids of those that were open': (store) => ({
    close: async (subject, ids) => {
      await store.close(subject, ids)
      return ids
    },
  }),
  'closes the sessions that were opened until an instant, except one': (store) => ({
    closeAll: (subject, range) => store.closeAll(subject, { ...range, openedUntil: range.openedUntil - 1 }),
  }),
  'opens no session that is dated at or before a close of all': (store) => ({
    closeAll: async (subject) =>
      store.close(
        subject,
        (await store.list(subject)).map(({ id }) => id),
      ),
  }),
  'remembers the latest of several closes of all, whatever their order': (store) => {
    let last = -Infinity
    return {
      closeAll: (subject, range) => {
        last = range.openedUntil
        return store.close(subject, [])
      },
      open: async (session) =>
        session.openedAt <= last ? { opened: false, closedUntil: last } : await store.open(session),
    }
  },
  'remembers a close of all for its own subject only': (store) => ({
    open: (session) => store.open({ ...session, subject: 'ada' }),
    closeAll: (_, range) => store.closeAll('ada', range),
  }),
  'closes all whenever they were opened, and opens what is dated after the call': (store) => ({
    closeAll: (subject, { openedUntil }) =>
      store.closeAll(subject, { openedUntil: Math.min(openedUntil, Date.now() + 3_600_000) }),
  }),
  'reaches no session of another subject': (store) => ({
    close: async (subject, ids) => {
      await store.close('bob', ids)
      return store.close(subject, ids)
    },
  }),
}

describe('a case detects a store with a fault', () => {
  test.each(sessionCases.map((one) => [one.name, one] as const))('%s', async (name, { run }) => {
    const store = memorySessions()
    const fault = breaks[name]
    expect(fault).toBeDefined()
    await expect(run({ open: () => ({ store: { ...store, ...fault?.(store) } }) })).rejects.toThrow(AssertionError)
  })
})

describe('a case detects a store that answers while its backend is unreachable', () => {
  test.each(sessionFailureCases.map((one) => [one.name, one] as const))('%s', async (_, { run }) => {
    const open = () => ({ store: memorySessions(), breakDown: () => {} })
    await expect(run({ open })).rejects.toThrow(AssertionError)
  })
})
