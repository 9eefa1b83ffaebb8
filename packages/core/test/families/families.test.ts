import type { Target } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { describe, expect, test } from 'vitest'
import { dayMs, someClaims, startMs, startSeconds, virtualRevocation } from '../support/claims.ts'

const use = (generation: number, tokenId = `token-${generation}`) => ({ generation, tokenId })

describe('spend', () => {
  test('is false for a generation that was spent, and for every one before it', async () => {
    const families = createFamilies(virtualRevocation().revocation)
    expect(await families.spend('f', use(7))).toBe(true)
    for (const generation of [7, 6, 1]) expect(await families.spend('f', use(generation))).toBe(false)
    expect(await families.spend('f', use(8))).toBe(true)
  })

  test('tells the last two generations that can be counted apart', async () => {
    const families = createFamilies(virtualRevocation().revocation)
    const last = Number.MAX_SAFE_INTEGER
    expect(await families.spend('f', use(last - 1))).toBe(true)
    expect(await families.spend('f', use(last))).toBe(true)
    expect(await families.spend('f', use(last))).toBe(false)
    expect(await families.find('f')).toMatchObject({ generation: last, spentAt: startMs })
  })

  test('is one record, and files all generations of a family under the same key', async () => {
    const { revocation, recorded, asked } = virtualRevocation()
    for (let generation = 1; generation <= 1_000; generation++)
      await createFamilies(revocation).spend('f', use(generation))
    expect(recorded).toHaveLength(1_000)
    expect(new Set(recorded.flat().map(({ key }) => JSON.stringify(key)))).toEqual(
      new Set([JSON.stringify({ scope: 'fam', value: 'f' })]),
    )
    expect(asked).toEqual([])
  })
})

describe('find', () => {
  test('is undefined if none was spent', async () => {
    expect(await createFamilies(virtualRevocation().revocation).find('f')).toBeUndefined()
  })

  test('tells the latest generation, and asks the store once and writes nothing', async () => {
    const { revocation, clock, asked, recorded } = virtualRevocation()
    await createFamilies(revocation).spend('f', use(1))
    clock.advance(1_000)
    await createFamilies(revocation).spend('f', use(2))
    clock.advance(1_000)
    expect(await createFamilies(revocation).find('f')).toMatchObject({ generation: 2, spentAt: startMs + 1_000 })
    expect(asked).toEqual([[{ scope: 'fam', value: 'f' }]])
    expect(recorded).toHaveLength(2)
  })

  test('keeps the first instant if the generation or an older one is spent again', async () => {
    const { revocation, clock } = virtualRevocation()
    await createFamilies(revocation).spend('f', use(2))
    for (const generation of [2, 1]) {
      clock.advance(5_000)
      await createFamilies(revocation).spend('f', use(generation))
    }
    expect(await createFamilies(revocation).find('f')).toMatchObject({ generation: 2, spentAt: startMs })
  })
})

describe.each([
  ['0s', 0],
  ['60s', 60_000],
  ['5m', 300_000],
] as const)('with a tolerance of %s, a family is', (clockTolerance, toleranceMs) => {
  const kept = dayMs + 3 * toleranceMs + 1_000

  test('kept for maxTokenLifetime, three tolerances and a second, to the millisecond', async () => {
    const { revocation, clock, recorded } = virtualRevocation({ clockTolerance })
    await createFamilies(revocation).spend('f', use(3))
    expect(recorded[0]?.[0]?.mark.expiresAt).toBe(startMs + kept)
    clock.advance(kept - 1)
    expect(await createFamilies(revocation).find('f')).toMatchObject({ generation: 3, spentAt: startMs })
    clock.advance(1)
    expect(await createFamilies(revocation).find('f')).toBeUndefined()
    expect(await createFamilies(revocation).spend('f', use(1))).toBe(true)
  })

  test.each([1, 2, 3])(
    'kept that long from the last time that it was spent, whichever generation: %i',
    async (next) => {
      const { revocation, clock } = virtualRevocation({ clockTolerance })
      await createFamilies(revocation).spend('f', use(2))
      clock.advance(dayMs / 2)
      await createFamilies(revocation).spend('f', use(next))
      clock.advance(kept - 1)
      expect(await createFamilies(revocation).find('f')).toHaveProperty('generation', Math.max(2, next))
      clock.advance(1)
      expect(await createFamilies(revocation).find('f')).toBeUndefined()
    },
  )
})

test('families do not see each other, whatever their ids', async () => {
  const families = createFamilies(virtualRevocation().revocation)
  const long = 'x'.repeat(10_000)
  const ids = ['a', 'ab', 'a:', 'a:1', 'A', ' ', '\0', '{a}', '*', '["a"]', '__proto__', 'constructor', 'fam']
  const further = ['\u00e9', 'e\u0301', '\u{1f600}', long, `${long}x`, 'undefined', '1', '01']
  const all = [...ids, ...further]
  for (const [index, id] of all.entries()) {
    expect(await families.find(id)).toBeUndefined()
    expect(await families.spend(id, use(index + 1))).toBe(true)
  }
  for (const [index, id] of all.entries()) expect(await families.find(id)).toHaveProperty('generation', index + 1)
})

describe('the record of a family', () => {
  // As a cutoff, it would revoke every token of that id.
  const farAhead = 2 * startMs
  const claims = someClaims({ jti: 'f', sid: 'f', sub: 'f', client_id: 'f', fam: 'f' })

  test.each([undefined, '*', 'https://a.example'])(
    'concerns no check of claims, with the issuer %s',
    async (issuer) => {
      const { revocation, asked } = virtualRevocation(issuer === undefined ? {} : { issuer })
      const families = createFamilies(revocation, { issuer: 'https://a.example' })
      await families.spend('f', use(farAhead))
      for (const fam of ['f', { id: 'f', generation: 1 }]) {
        expect(await revocation.check({ ...claims, fam } as typeof claims)).toEqual({ status: 'active', allowed: true })
      }
      expect(asked.flat().map(({ scope }) => scope)).not.toContain('fam')
      expect(await families.find('f')).toHaveProperty('generation', farAhead)
    },
  )

  test('is independent of revocations of the same value', async () => {
    const { revocation } = virtualRevocation()
    const targets: readonly Target[] = [
      { token: claims },
      { session: 'f' },
      { subject: 'f' },
      { claim: 'client_id', value: 'f' },
      { everything: true },
    ]
    await revocation.revoke(targets)
    expect(await createFamilies(revocation).find('f')).toBeUndefined()
    expect(await createFamilies(revocation).spend('f', use(1))).toBe(true)
    await revocation.reinstate(targets)
    expect(await createFamilies(revocation).find('f')).toMatchObject({ generation: 1, spentAt: startMs })
  })

  test('cannot be made by a revocation', async () => {
    expect(() => virtualRevocation({ claims: ['fam'] })).toThrow(TypeError)
    const { revocation, recorded } = virtualRevocation()
    await expect(revocation.revoke({ claim: 'fam', value: 'f' })).rejects.toThrow(TypeError)
    expect(recorded).toEqual([])
  })
})

test('rounds an instant with a fraction down, and keeps the record no shorter', async () => {
  const { revocation, clock, recorded } = virtualRevocation({ maxTokenLifetime: '1h' })
  clock.advance(0.75)
  await createFamilies(revocation).spend('f', use(1))
  expect(await createFamilies(revocation).find('f')).toMatchObject({ generation: 1, spentAt: startSeconds * 1_000 })
  expect(Number.isInteger(recorded[0]?.[0]?.mark.expiresAt)).toBe(true)
})

describe('the tokens that spent a generation', () => {
  test('are both known if there are two, which tells two clients from one', async () => {
    const families = createFamilies(virtualRevocation().revocation)
    expect(await families.spend('f', use(1, 'b'))).toBe(true)
    expect(await families.spend('f', use(1, 'b'))).toBe(false)
    expect(await families.find('f')).toHaveProperty('tokenIds', ['b'])
    expect(await families.spend('f', use(1, 'a'))).toBe(false)
    expect(await families.find('f')).toHaveProperty('tokenIds', ['a', 'b'])
  })

  test('are forgotten with the next generation', async () => {
    const families = createFamilies(virtualRevocation().revocation)
    await families.spend('f', use(1, 'a'))
    await families.spend('f', use(2, 'b'))
    expect(await families.find('f')).toHaveProperty('tokenIds', ['b'])
  })
})

test('a contested generation is remembered when the next one is spent', async () => {
  const { revocation, clock } = virtualRevocation()
  const families = createFamilies(revocation)
  await families.spend('f', use(4))
  clock.advance(1_000)
  const spent = await families.find('f')
  if (spent) await families.contest('f', spent)
  const record = { generation: 4, spentAt: startMs, tokenIds: ['token-4'], contested: 4 }
  expect(await families.find('f')).toEqual(record)
  await families.spend('f', use(5))
  expect(await families.find('f')).toMatchObject({ generation: 5, contested: 4 })
})

describe('the issuer', () => {
  const [one, other] = ['https://a.example', 'https://b.example']

  test("keeps families of the same id apart with issuer: '*'", async () => {
    const { revocation } = virtualRevocation({ issuer: '*' })
    expect(await createFamilies(revocation, { issuer: one }).spend('f', use(1))).toBe(true)
    expect(await createFamilies(revocation, { issuer: other }).spend('f', use(1))).toBe(true)
  })

  test("must be given with issuer: '*'", () => {
    expect(() => createFamilies(virtualRevocation({ issuer: '*' }).revocation)).toThrow(TypeError)
  })

  test('is ignored without it', async () => {
    const { revocation, recorded } = virtualRevocation()
    await createFamilies(revocation, { issuer: one }).spend('f', use(1))
    expect(recorded[0]?.[0]?.key).toEqual({ scope: 'fam', value: 'f' })
  })
})

test('an option that is not known is refused', () => {
  // @ts-expect-error: what a caller without types would do.
  expect(() => createFamilies(virtualRevocation().revocation, { isuer: 'a' })).toThrow('isuer is not an option')
})

test('a revocation that createRevocation did not make is refused', () => {
  expect(() => createFamilies({ limits: {} } as never)).toThrow('revocation must come from createRevocation')
})
