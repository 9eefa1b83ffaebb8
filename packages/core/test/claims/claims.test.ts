import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClaimsPolicy, readId, readToken, requireId } from '../../src/claims/claims.ts'
import { InvalidClaimsError } from '../../src/errors.ts'
import { badClaims, confusableIds, notClaims } from '../support/bad-claims.ts'
import { someClaims, startSeconds, thrownBy } from '../support/claims.ts'

function policy(fields: Partial<ClaimsPolicy> = {}): ClaimsPolicy {
  return { claims: ['client_id'], issuer: undefined, identify: undefined, ...fields }
}

describe('readToken', () => {
  test('reads the ids, and turns seconds into milliseconds', () => {
    expect(readToken(someClaims({ iat: 1_800_000_000, exp: 1_800_000_900 }), policy())).toEqual({
      id: 'token-1',
      sid: 'session-1',
      sub: 'alice',
      configured: ['app-7'],
      issuer: undefined,
      issuedAt: 1_800_000_000_000,
      expiresAt: 1_800_000_900_000,
    })
  })

  test('takes a token without any claim for one issued before everything', () => {
    expect(readToken({}, policy())).toEqual({
      id: undefined,
      sid: undefined,
      sub: undefined,
      configured: [undefined],
      issuer: undefined,
      issuedAt: -Infinity,
      expiresAt: undefined,
    })
  })

  test('keeps the fraction of an iat', () => {
    expect(readToken({ iat: startSeconds + 0.5 }, policy()).issuedAt).toBe((startSeconds + 0.5) * 1_000)
  })

  test('reads the milliseconds that were divided by 1,000, without the noise of the division', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4e9 }), (ms) => {
        expect(readToken({ iat: ms / 1_000 }, policy()).issuedAt).toBe(ms)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['zero', 0],
    ['the last NumericDate taken for seconds', 1e11],
  ])('accepts %s as an instant', (_, seconds) => {
    expect(readToken({ exp: seconds, iat: seconds }, policy())).toMatchObject({
      issuedAt: seconds * 1_000,
      expiresAt: seconds * 1_000,
    })
  })

  test.each(badClaims)('refuses claims whose $title', ({ fields, claim, message }) => {
    const error = thrownBy(() => readToken(someClaims(fields), policy()))
    expect(error).toBeInstanceOf(InvalidClaimsError)
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS', status: 401, claim })
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain(`The claim ${claim} `)
  })

  test.each(notClaims)('refuses %s in place of claims', (_, value) => {
    const error = thrownBy(() => readToken(value as object, policy()))
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS' })
    expect(error).not.toHaveProperty('claim')
  })

  test.each(confusableIds.map((id) => [id]))('takes the id %j as it is', (id) => {
    const claims = { jti: id, sid: id, sub: id, client_id: id }
    expect(readToken(claims, policy())).toMatchObject({ id, sid: id, sub: id, configured: [id] })
  })

  test('reads configured claims in their order, and own properties only', () => {
    const names = ['tenant', 'constructor', '__proto__', 'client_id']
    const claims: object = JSON.parse('{ "client_id": "c", "__proto__": "p", "tenant": "t" }')
    expect(readToken(claims, policy({ claims: names })).configured).toEqual(['t', undefined, 'p', 'c'])
  })

  test('ignores claims that it was not told of, whatever they are', () => {
    expect(readToken(someClaims({ client_id: 7, aud: [] }), policy({ claims: [] })).configured).toEqual([])
  })
})

describe('identify', () => {
  test('names a token without jti, from its claims', () => {
    const claims = { sub: 'alice', uti: 'u1' }
    const identify = (given: object) => (given === claims ? `uti:${claims.uti}` : 'other')
    expect(readToken(claims, policy({ identify })).id).toBe('uti:u1')
  })

  test('is not asked about a token with jti', () => {
    const identify = () => {
      throw new Error('asked')
    }
    expect(readToken({ jti: 'a' }, policy({ identify })).id).toBe('a')
  })

  test('may know no id', () => {
    expect(readToken({}, policy({ identify: () => undefined })).id).toBeUndefined()
  })

  test.each([[''], [1], [null], ['x'.repeat(1_025)]])('must not answer %j', (answer) => {
    const identify = () => answer as string
    expect(thrownBy(() => readToken({}, policy({ identify })))).toMatchObject({
      code: 'ERR_INVALID_CLAIMS',
      claim: 'jti',
    })
  })
})

describe('the issuer', () => {
  test.each([['https://b.example'], [1], [undefined]])('is ignored where none is configured, even %j', (iss) => {
    expect(readToken(someClaims({ iss }), policy()).issuer).toBeUndefined()
  })

  test('is no part of the token where a single one is accepted', () => {
    expect(readToken(someClaims(), policy({ issuer: 'https://a.example' })).issuer).toBeUndefined()
  })

  test.each([
    ['https://b.example'],
    ['https://a.example/'],
    ['HTTPS://A.EXAMPLE'],
    [['https://a.example']],
    [undefined],
  ])('is refused where another one is accepted: %j', (iss) => {
    const error = thrownBy(() => readToken(someClaims({ iss }), policy({ issuer: 'https://a.example' })))
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'iss' })
  })

  test("is part of the token with '*'", () => {
    expect(readToken(someClaims(), policy({ issuer: '*' })).issuer).toBe('https://a.example')
  })

  test.each([[undefined], [''], [1], [null]])("must be there with '*', and be no %j", (iss) => {
    const error = thrownBy(() => readToken(someClaims({ iss }), policy({ issuer: '*' })))
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'iss' })
  })
})

describe('readId and requireId', () => {
  test('tell a missing id from a wrong one', () => {
    expect(readId(undefined, 'sub')).toBeUndefined()
    expect(thrownBy(() => requireId(undefined, 'sub'))).toMatchObject({ message: 'The claim sub is missing.' })
    expect(thrownBy(() => requireId('', 'sub'))).toMatchObject({ message: 'The claim sub must not be empty.' })
    expect(requireId('a', 'sub')).toBe('a')
  })
})
