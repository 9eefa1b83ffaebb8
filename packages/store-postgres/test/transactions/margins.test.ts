import { createRevocation, type Revocation } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { beginOn } from '../support/drivers.ts'
import { useStore } from '../support/use-store.ts'

const database = useDatabase()

/** How long transactions take, in ms. That of half a minute runs in the matrix. */
const durations = (process.env['REVOKED_TESTS'] ?? 'main') === 'main' ? [1_200] : [1_200, 30_000]

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

describe.each(durations)('a transaction of %s ms that revokes a subject', (ms) => {
  test('leaves no token alive that was issued before the commit, after afterCommit', async () => {
    const { store, pool } = await useStore(database)
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
  })

  test('leaves none alive without afterCommit either, if the margin is longer', async () => {
    const { store, pool } = await useStore(database)
    const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
    const { transaction, commit } = await beginOn(pool)
    await revocation.within(transaction, { margin: '45s' }).revoke({ subject: 'ada' })
    await passTime(ms)
    const claims = issueNow('ada')
    await commit()
    expect(await isAllowed(revocation, claims)).toBe(false)
  })

  test('revokes nothing if it is rolled back', async () => {
    const { store, pool } = await useStore(database)
    const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
    const claims = issueNow('ada')
    const { transaction, rollBack } = await beginOn(pool)
    await revocation.within(transaction).revoke({ subject: 'ada' }, { actor: 'admin' })
    await passTime(ms)
    await rollBack()
    expect(await isAllowed(revocation, claims)).toBe(true)
    expect((await revocation.audit({})).entries).toEqual([])
  })
})
