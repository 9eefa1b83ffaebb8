// Sessions in a transaction of the caller, over a simulated database and a virtual clock.
import { createRevocation } from '@revoked/core'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withSessionTransactions } from '@revoked/testing/transactional-sessions'
import { withTransactions } from '@revoked/testing/transactional-store'
import { describe, expect, test } from 'vitest'
import { createSessions, type SessionsOptions } from '../src/index.ts'
import { claimsOf, setup } from './support/setup.ts'

/** Opens sessions and a revocation over one simulated database, and begins a transaction of it. */
function opened(options: Partial<SessionsOptions<unknown>> = {}) {
  const clock = virtualClock()
  const { now } = clock
  const marks = withTransactions(memoryStore({ now, auditFor: '30d' }), clock)
  const store = withSessionTransactions(memorySessions({ now }), () => memorySessions({ now }))
  const revocation = createRevocation({ store: marks, maxTokenLifetime: '24h', now })
  const sessions = createSessions({ idleTimeout: '30m', absoluteLifetime: '30d', ...options, store, revocation, now })
  const transaction = beginTransaction()
  const ids = async (subject = 'ada'): Promise<readonly string[]> =>
    (await sessions.list(subject)).map(({ id }) => id).sort()
  return { clock, revocation, sessions, store, transaction, ids }
}

describe('a transaction that is rolled back', () => {
  test('opens nothing and closes nothing', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    const [one, two] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'bob' })]
    const inside = sessions.within(transaction)
    await inside.open({ subject: 'ada' })
    expect(await inside.close('ada', one.id)).toBe(true)
    expect((await inside.closeAll('bob')).closed).toEqual([two.id])
    transaction.rollBack()
    expect([await ids(), await ids('bob')]).toEqual([[one.id], [two.id]])
    for (const session of [one, two])
      expect((await revocation.check(claimsOf(session, clock.now()))).status).toBe('active')
  })

  test('notes no use of a session that was not opened', async () => {
    const { sessions, transaction } = opened()
    const session = await sessions.within(transaction).open({ subject: 'ada' })
    transaction.rollBack()
    expect((await sessions.touch('ada', session.id)).status).toBe('not_open')
  })
})

test('a transaction closes until its commit, and until no other instant', async () => {
  const { clock, sessions, transaction } = opened()
  const closing = sessions.within(transaction).closeAll('ada', { openedUntil: clock.now() })
  await expect(closing).rejects.toThrow(TypeError)
})

describe('a transaction that is committed', () => {
  test('opens a session at the commit, and not before', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    const inside = sessions.within(transaction)
    const session = await inside.open({ subject: 'ada', device: 'phone' })
    expect(await ids()).toEqual([])
    await transaction.commit()
    expect(await ids()).toEqual([session.id])
    expect(await inside.afterCommit()).toMatchObject({ closed: [] })
    expect((await revocation.check(claimsOf(session, clock.now()))).status).toBe('active')
    expect((await sessions.touch('ada', session.id)).status).toBe('recent')
  })

  test('closes a session at the commit: its tokens and its listing', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    const session = await sessions.open({ subject: 'ada' })
    const inside = sessions.within(transaction)
    await inside.close('ada', session.id, { reason: 'device_lost', actor: 'support-7' })
    const verdict = () => revocation.check(claimsOf(session, clock.now()))
    expect([await ids(), (await verdict()).status]).toEqual([[session.id], 'active'])
    await transaction.commit()
    await inside.afterCommit()
    expect([await ids(), await verdict()]).toMatchObject([[], { status: 'revoked', reason: 'device_lost' }])
    expect((await sessions.touch('ada', session.id)).status).toBe('not_open')
  })

  test('closes a session of 30 s later than closeAll, if it was opened before the commit', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    const mine = await sessions.open({ subject: 'ada' })
    await sessions.open({ subject: 'ada' })
    const inside = sessions.within(transaction)
    await inside.closeAll('ada', { except: claimsOf(mine, clock.now()) })
    clock.advance(30_000)
    const late = await sessions.open({ subject: 'ada' })
    await transaction.commit()
    const verdictOf = async (session: typeof mine) => (await revocation.check(claimsOf(session, clock.now()))).status
    expect(await verdictOf(late)).toBe('active')
    expect(await inside.afterCommit()).toMatchObject({ closed: [late.id] })
    expect([await ids(), await verdictOf(late), await verdictOf(mine)]).toEqual([[mine.id], 'revoked', 'active'])
    clock.advance(1)
    const next = await sessions.open({ subject: 'ada' })
    expect(await ids()).toEqual([mine.id, next.id].sort())
  })

  test('closes within the margin without afterCommit, in the list and by its tokens', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    const inside = sessions.within(transaction, { margin: '2s' })
    await inside.closeAll('ada')
    clock.advance(2_000)
    const late = await sessions.open({ subject: 'ada' })
    await transaction.commit()
    expect([await ids(), (await revocation.check(claimsOf(late, clock.now()))).status]).toEqual([[], 'revoked'])
  })

  test('logs a user in and closes all other sessions', async () => {
    const { clock, revocation, sessions, transaction, ids } = opened()
    await sessions.open({ subject: 'ada' })
    const inside = sessions.within(transaction)
    const session = await inside.open({ subject: 'ada' })
    await inside.closeAll('ada', { except: claimsOf(session, clock.now()) })
    await transaction.commit()
    clock.advance(500)
    await inside.afterCommit()
    expect(await ids()).toEqual([session.id])
    expect((await revocation.check(claimsOf(session, clock.now()))).status).toBe('active')
  })

  test('closes the least recently used session for a login', async () => {
    const { sessions, transaction, ids } = opened({ maxPerSubject: 1, onFull: 'close-least-used' })
    await sessions.open({ subject: 'ada' })
    const inside = sessions.within(transaction)
    const session = await inside.open({ subject: 'ada' })
    await transaction.commit()
    await inside.afterCommit()
    expect(await ids()).toEqual([session.id])
  })
})

describe('afterCommit', () => {
  test('refuses and closes a session whose subject was closed meanwhile', async () => {
    const { clock, sessions, revocation, transaction, ids } = opened()
    const inside = sessions.within(transaction)
    await inside.open({ subject: 'ada' })
    clock.advance(10)
    await revocation.revoke({ subject: 'ada' })
    await transaction.commit()
    await expect(inside.afterCommit()).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    expect(await ids()).toEqual([])
  })

  test('passes over a session that the transaction has closed itself', async () => {
    const { sessions, transaction, ids } = opened()
    const inside = sessions.within(transaction)
    const [one, two] = [await inside.open({ subject: 'ada' }), await inside.open({ subject: 'bob' })]
    await inside.close('ada', one.id)
    await inside.closeAll('bob')
    await transaction.commit()
    await inside.afterCommit()
    expect([await ids(), await ids('bob'), two.subject]).toEqual([[], [], 'bob'])
  })

  test('can be called again if the list failed, and keeps to the first commit', async () => {
    const { clock, sessions, store, transaction, ids, revocation } = opened()
    const inside = sessions.within(transaction)
    await inside.closeAll('ada')
    await transaction.commit()
    clock.advance(5_000)
    const late = await sessions.open({ subject: 'ada' })
    const { closeAll } = store
    Object.assign(store, { closeAll: () => Promise.reject(new Error('connection lost')) })
    await expect(inside.afterCommit()).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
    Object.assign(store, { closeAll })
    clock.advance(5_000)
    const later = await sessions.open({ subject: 'ada' })
    expect(await inside.afterCommit()).toMatchObject({ closed: [late.id] })
    expect(await ids()).toEqual([later.id])
    expect((await revocation.check(claimsOf(later, clock.now()))).status).toBe('active')
  })

  test('ends the transaction: nothing more is opened or closed in it', async () => {
    const { sessions, transaction } = opened()
    const inside = sessions.within(transaction)
    await transaction.commit()
    await inside.afterCommit()
    for (const call of [
      inside.open({ subject: 'ada' }),
      inside.close('ada', 'one'),
      inside.closeAll('ada'),
      inside.afterCommit(),
    ])
      await expect(call).rejects.toThrow(TypeError)
  })
})

test('within refuses a login after all sessions of the subject were closed', async () => {
  const { sessions, transaction } = opened()
  const inside = sessions.within(transaction)
  await inside.closeAll('ada')
  await expect(inside.open({ subject: 'ada' })).rejects.toThrow(TypeError)
  await expect(inside.open({ subject: 'bob' })).resolves.toMatchObject({ subject: 'bob' })
})

test('within works without a revocation, on the list alone', async () => {
  const { now } = virtualClock()
  const store = withSessionTransactions(memorySessions({ now }), () => memorySessions({ now }))
  const sessions = createSessions({ store, idleTimeout: '30m', absoluteLifetime: '30d', now })
  await sessions.open({ subject: 'ada' })
  const transaction = beginTransaction()
  const inside = sessions.within(transaction)
  await inside.closeAll('ada')
  await transaction.commit()
  expect(await inside.afterCommit()).toEqual({ closed: [] })
  expect(await sessions.count('ada')).toBe(0)
})

test('within names the stores that can, if one of the two has no transactions', () => {
  expect(() => setup().sessions.within({})).toThrow(/sqliteSessions.*postgresSessions/)
  const store = withSessionTransactions(memorySessions(), memorySessions)
  expect(() => setup({ store }).sessions.within(beginTransaction())).toThrow(/sqliteStore.*postgresStore/)
})

test('the audit trail finds sessions that were closed by their subject', async () => {
  const { sessions, revocation } = opened()
  const session = await sessions.open({ subject: 'ada' })
  await sessions.close('ada', session.id, { reason: 'device_lost', actor: 'support-7' })
  await sessions.closeAll('ada', { actor: 'ada' })
  const { entries } = await revocation.audit({ subject: 'ada' })
  expect(entries.map(({ key, actor, reason }) => [key.scope, actor, reason])).toEqual([
    ['sub', 'ada', undefined],
    ['sid', 'support-7', 'device_lost'],
  ])
})
