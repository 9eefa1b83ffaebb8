import { describe, expect, test } from 'vitest'
import { expectRefusedEverywhere, generationOf, instances, nth, start } from '../support/redis-instances.ts'
import { alice, outcomeOf } from '../support/refresh-fixtures.ts'

describe('fifty uses of one refresh token at the same time, over four instances', () => {
  test('are answered at most once without a grace, and the session ends on all of them', async () => {
    const { port } = await start()
    const all = await instances(port, '0s')
    for (let round = 0; round < 3; round++) {
      const { refreshToken } = await nth(all, round).issuePair(alice)
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => outcomeOf(nth(all, index).rotate(refreshToken))),
      )
      const pairs = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))
      const codes = outcomes.flatMap((outcome) => ('code' in outcome ? [outcome.code] : []))
      // The reuse by the others may end the session before the first one has its answer.
      expect(pairs.length).toBeLessThanOrEqual(1)
      expect(['ERR_REFRESH_REUSED', 'ERR_TOKEN_REVOKED']).toEqual(expect.arrayContaining([...new Set(codes)]))
      expect(codes).toContain('ERR_REFRESH_REUSED')
      for (const pair of pairs) await expectRefusedEverywhere(all, pair)
    }
  })

  test('within the grace get one generation, and the second successor that is used ends the session', async () => {
    const { port } = await start()
    const all = await instances(port, '30s')
    const first = await nth(all, 0).issuePair(alice)
    const pairs = await Promise.all(
      Array.from({ length: 50 }, (_, index) => nth(all, index).rotate(first.refreshToken)),
    )
    expect(new Set(pairs.map(generationOf)).size).toBe(1)
    const [one, other] = pairs
    if (one === undefined || other === undefined) throw new Error('There are fifty.')
    for (const tokens of all) await tokens.verify(one.accessToken)
    const next = await nth(all, 3).rotate(one.refreshToken)
    await expect(nth(all, 0).rotate(other.refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' })
    for (const pair of [first, one, other, next]) await expectRefusedEverywhere(all, pair)
  })

  test('go on from instance to instance, each of which spends what another one issued', async () => {
    const { port } = await start()
    const all = await instances(port, '0s')
    let pair = await nth(all, 0).issuePair(alice)
    for (let rotation = 1; rotation <= 40; rotation++) {
      pair = await nth(all, rotation).rotate(pair.refreshToken)
      await nth(all, rotation + 1).verify(pair.accessToken)
    }
  })
})
