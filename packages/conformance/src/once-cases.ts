import assert from 'node:assert/strict'
import { createRevocation, type Revocation, type RevocationStore } from '@revoked/core'
import { type ConformanceCase, caseOver, type StoreSubject } from './case.ts'

/** The cases of `once` of `createRevocation`: ids that are good for one use. */
export const onceCases: readonly ConformanceCase<StoreSubject>[] = [
  caseOver(
    'lets exactly one of many concurrent callers use an id, whenever it ends',
    async ({ store, peer = store }) => {
      const [first, second] = [over(store), over(peer)]
      const until = Date.now() + 60_000
      for (const id of ['a', 'b', 'c']) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (index % 2 === 0 ? first : second).once(id, { until: until + index }),
          ),
        )
        assert.equal(answers.filter(Boolean).length, 1, 'exactly one caller is the first')
      }
      for (const { once } of [first, second])
        assert.equal(await once('a', { until: until + 60_000 }), false, 'it is used for every handle')
    },
  ),
  caseOver('keeps the ids of one use apart from those of tokens', async ({ store }) => {
    const revocation = over(store)
    const now = Math.floor(Date.now() / 1_000)
    const claims = { jti: 'a', sid: 'a', sub: 'a', iat: now, exp: now + 60 }
    assert.equal(await revocation.once('a', { until: claims.exp * 1_000 }), true)
    assert.equal((await revocation.check(claims)).status, 'active', 'an id of one use revokes nothing')
    await revocation.revoke([{ token: { ...claims, jti: 'b' } }, { session: 'b' }, { subject: 'b' }])
    assert.equal(await revocation.once('b', { until: claims.exp * 1_000 }), true, 'a revocation uses nothing')
  }),
]

function over(store: RevocationStore): Revocation {
  return createRevocation({ store, maxTokenLifetime: '1h' })
}
