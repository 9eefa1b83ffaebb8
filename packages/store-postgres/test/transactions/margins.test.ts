import { createRevocation, type Revocation } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { beginOn } from '../support/drivers.ts'
import { type UsedStore, useStore } from '../support/use-store.ts'

const database = useDatabase()

const isMatrix = (process.env['REVOKED_TESTS'] ?? 'main') !== 'main'

/** Returns the claims of a token that is issued now, to the ms. */
function issueNow(sub: string) {
  const iat = Date.now() / 1_000
  return { sub, jti: `${sub} ${iat}`, iat, exp: iat + 900 }
}

async function passTime(ms: number): Promise<void> {
  const end = Date.now() + ms
  await eventually(() => Date.now() >= end, `${ms} ms have passed`, ms + 5_000)
}

const isAllowed = async (revocation: Revocation, claims: ReturnType<typeof issueNow>): Promise<boolean> =>
  (await revocation.check(claims)).allowed

async function expectAfterCommit(ms: number, { store, pool }: UsedStore): Promise<void> {
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  const { transaction, commit } = await beginOn(pool)
  const inside = revocation.within(transaction)
  await inside.revoke({ subject: 'ada' })
  await passTime(ms)
  const claims = issueNow('ada')
  expect(await isAllowed(revocation, claims)).toBe(true)
  await commit()
  // The margin is shorter than the transaction, so this is what afterCommit is for.
  expect(await isAllowed(revocation, claims)).toBe(true)
  const { reissueAt } = await inside.afterCommit()
  expect(await isAllowed(revocation, claims)).toBe(false)
  expect(await isAllowed(revocation, { ...claims, iat: Number(reissueAt) })).toBe(true)
}

async function expectLongMargin(ms: number, { store, pool }: UsedStore): Promise<void> {
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  const { transaction, commit } = await beginOn(pool)
  await revocation.within(transaction, { margin: '45s' }).revoke({ subject: 'ada' })
  await passTime(ms)
  const claims = issueNow('ada')
  await commit()
  expect(await isAllowed(revocation, claims)).toBe(false)
}

async function expectRolledBack(ms: number, { store, pool }: UsedStore): Promise<void> {
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  const claims = issueNow('ada')
  const { transaction, rollBack } = await beginOn(pool)
  await revocation.within(transaction).revoke({ subject: 'ada' }, { actor: 'admin' })
  await passTime(ms)
  await rollBack()
  expect(await isAllowed(revocation, claims)).toBe(true)
  expect((await revocation.audit({})).entries).toEqual([])
}

describe('a transaction of 1.2 s that revokes a subject', () => {
  test('leaves no token alive that was issued before the commit, after afterCommit', async () =>
    expectAfterCommit(1_200, await useStore(database)))
  test('leaves none alive without afterCommit either, if the margin is longer', async () =>
    expectLongMargin(1_200, await useStore(database)))
  test('revokes nothing if it is rolled back', async () => expectRolledBack(1_200, await useStore(database)))
})

if (isMatrix) {
  test('a transaction of half a minute does all of it, too', { timeout: 60_000 }, async () => {
    const all = [expectAfterCommit, expectLongMargin, expectRolledBack]
    await Promise.all(all.map(async (expectIt) => await expectIt(30_000, await useStore(database))))
  })
}
