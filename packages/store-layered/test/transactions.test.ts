// Writes in a transaction of the application, behind a cache and a mirror.
import { createRevocation, type Verdict } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withTransactions } from '@revoked/testing/transactional-store'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bothStores } from './support/both-stores.ts'

/** Longer than a test: what followers learn, they learn by a wake-up. */
const maxStaleness = '60s'

describe.each(bothStores)('%s', (_, create) => {
  /** Opens two instances over one store, and begins a transaction. */
  async function opened() {
    const remote = withTransactions(memoryStore({ auditFor: '1h' }))
    const instances = await Promise.all(
      [1, 2].map(async () => {
        const store = create(remote, { maxStaleness })
        onTestFinished(() => store.close())
        await eventually(() => store.status().state === 'live', 'the cache is live')
        return createRevocation({ store, maxTokenLifetime: '1h' })
      }),
    )
    const iat = Date.now() / 1_000 - 60
    const check = (sub: string): Promise<readonly Verdict['status'][]> =>
      Promise.all(
        instances.map(async (one) => (await one.check({ sub, sid: `of ${sub}`, iat, exp: iat + 900 })).status),
      )
    const [near, far] = instances as [(typeof instances)[0], (typeof instances)[0]]
    return { near, far, check, transaction: beginTransaction() }
  }

  test('nothing is cached of a transaction that is rolled back', async () => {
    const { near, check, transaction } = await opened()
    await near.revoke({ subject: 'bob' })
    await eventually(async () => (await check('bob')).every((status) => status === 'revoked'), 'bob is revoked')
    const inside = near.within(transaction)
    await inside.revoke([{ subject: 'ada' }, { session: 'of carol' }])
    await inside.reinstate({ subject: 'bob' })
    const verdicts = async () => [await check('ada'), await check('bob'), await check('carol')].flat()
    const asBefore = ['active', 'active', 'revoked', 'revoked', 'active', 'active']
    expect(await verdicts()).toEqual(asBefore)
    transaction.rollBack()
    expect(await verdicts()).toEqual(asBefore)
  })

  test('what is committed is in force here with afterCommit, and elsewhere soon after', async () => {
    const { near, check, transaction } = await opened()
    await near.revoke({ subject: 'bob' })
    await eventually(async () => (await check('bob')).every((status) => status === 'revoked'), 'bob is revoked')
    expect([await check('ada'), await check('carol')].flat()).toEqual(Array(4).fill('active'))
    const inside = near.within(transaction)
    await inside.revoke([{ subject: 'ada' }, { session: 'of carol' }])
    await inside.reinstate({ subject: 'bob' })
    await transaction.commit()
    await inside.afterCommit()
    expect([(await check('ada'))[0], (await check('carol'))[0]]).toEqual(['revoked', 'revoked'])
    for (const [sub, expected] of [
      ['ada', 'revoked'],
      ['carol', 'revoked'],
      ['bob', 'active'],
    ] as const)
      await eventually(async () => (await check(sub)).every((status) => status === expected), `${sub} is ${expected}`)
  })

  test('the audit trail is that of the remote, with who did it', async () => {
    const { near, far, transaction } = await opened()
    await near.revoke({ subject: 'ada' }, { actor: 'admin' })
    await far.reinstate({ subject: 'ada' }, { actor: 'appeal' })
    const inside = near.within(transaction)
    await inside.revoke({ session: 's', ofSubject: 'ada' }, { actor: 'inside' })
    await transaction.commit()
    await inside.afterCommit()
    const { entries } = await far.audit({ subject: 'ada' })
    expect(entries.map(({ actor }) => actor)).toEqual(['inside', 'appeal', 'admin'])
  })

  test('a remote without transactions and without a trail is named as such', () => {
    const store = create(memoryStore(), {})
    onTestFinished(() => store.close())
    const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
    expect(() => revocation.within(beginTransaction())).toThrow(/sqliteStore.*postgresStore/)
    return expect(revocation.audit()).rejects.toThrow(/auditFor/)
  })
})
