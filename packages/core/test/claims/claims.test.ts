import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ClaimsPolicy, readId, readToken } from '../../src/claims/claims.ts'
import { InvalidClaimsError } from '../../src/errors.ts'
import { badClaims, confusableIds, notClaims } from '../support/bad-claims.ts'
import { someClaims, startMs, startSeconds, thrownBy } from '../support/claims.ts'

function policy(fields: Partial<ClaimsPolicy> = {}): ClaimsPolicy {
  return { claims: [{ name: 'client_id' }], issuer: undefined, identify: undefined, ...fields }
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
      claimsAt: 1_800_000_000_000,
      sessionAt: 1_800_000_000_000,
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
      claimsAt: -Infinity,
      sessionAt: -Infinity,
      expiresAt: undefined,
    })
  })

  test('keeps the fraction of an iat', () => {
    expect(readToken({ iat: startSeconds + 0.5 }, policy()).issuedAt).toBe((startSeconds + 0.5) * 1_000)
  })

  test('reads milliseconds that were divided by 1,000 exactly', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4e9 }), (ms) => {
        expect(readToken({ iat: ms / 1_000 }, policy()).issuedAt).toBe(ms)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['zero', 0],
    ['the end of the year 9999', 253_402_300_799],
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

  test('reads configured claims in their order, whatever they are called', () => {
    const names = ['tenant', 'constructor', '__proto__', 'client_id']
    const claims: object = JSON.parse('{ "client_id": "c", "__proto__": "p", "tenant": "t" }')
    expect(readToken(claims, policy({ claims: names.map((name) => ({ name })) })).configured).toEqual([
      't',
      undefined,
      'p',
      'c',
    ])
  })

  test('ignores claims that are not configured, whatever they are', () => {
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
  test.each([['https://b.example'], [1], [undefined]])('is ignored if none is configured, even %j', (iss) => {
    expect(readToken(someClaims({ iss }), policy()).issuer).toBeUndefined()
  })

  test('is no part of the token if a single one is accepted', () => {
    expect(readToken(someClaims(), policy({ issuer: 'https://a.example' })).issuer).toBeUndefined()
  })

  test.each([
    ['https://b.example'],
    ['https://a.example/'],
    ['HTTPS://A.EXAMPLE'],
    [['https://a.example']],
    [undefined],
  ])('is refused if another one is accepted: %j', (iss) => {
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

describe('claims that are not own properties', () => {
  class Payload {
    readonly #fields: Readonly<Record<string, unknown>>
    constructor(fields: Readonly<Record<string, unknown>>) {
      this.#fields = fields
    }
    get jti() {
      return this.#fields['jti']
    }
    get sub() {
      return this.#fields['sub']
    }
    get tenant() {
      return this.#fields['tenant']
    }
    get iat() {
      return startSeconds
    }
  }
  const tenants = policy({ claims: [{ name: 'tenant' }, { name: 'constructor' }, { name: 'toString' }] })

  test('are read alike, registered or configured: the getters of a class, say', () => {
    const claims = new Payload({ jti: 'a', sub: 'alice', tenant: 't1' }) as object
    expect(readToken(claims, tenants)).toMatchObject({ id: 'a', sub: 'alice', issuedAt: startMs })
    expect(readToken(claims, policy({ claims: [{ name: 'tenant' }] })).configured).toEqual(['t1'])
  })

  test('are read along a chain of prototypes, of another realm or none', () => {
    const base = Object.assign(Object.create(null), { tenant: 't1', constructor: 'c' })
    expect(readToken(Object.create(Object.create(base)), tenants).configured).toEqual(['t1', undefined, undefined])
    expect(readToken(base, tenants).configured).toEqual(['t1', 'c', undefined])
  })

  test.each(['jti', 'sid', 'sub', 'iss', 'iat', 'exp', 'claims_at', 'session_at', 'tenant'])(
    'are not read from Object.prototype: %s',
    (name) => {
      const plain = readToken({ aud: 'x' } as object, tenants)
      Object.defineProperty(Object.prototype, name, { value: 'planted', configurable: true })
      onTestFinished(() => void Reflect.deleteProperty(Object.prototype, name))
      expect(readToken({ aud: 'x' } as object, tenants)).toEqual(plain)
      const own = readToken(someClaims({ tenant: 't1' }), tenants)
      expect(own).toMatchObject({ id: 'token-1', sub: 'alice', configured: ['t1', undefined, undefined] })
    },
  )
})

describe('a derived claim', () => {
  const actor = (read: (claims: object) => unknown) =>
    policy({ claims: [{ name: 'actor', read: read as () => string }] })

  test('is what its reader returns', () => {
    const { configured } = readToken(
      someClaims({ act: { sub: 'admin-1' } }),
      actor((claims) => Reflect.get(Reflect.get(claims, 'act'), 'sub')),
    )
    expect(configured).toEqual(['admin-1'])
  })

  test('may be absent', () => {
    expect(
      readToken(
        someClaims(),
        actor(() => undefined),
      ).configured,
    ).toEqual([undefined])
  })

  test.each([[7], [''], [null], [{}], [Promise.resolve('a')]])('is refused if its reader returns %j', (value) => {
    expect(
      thrownBy(() =>
        readToken(
          someClaims(),
          actor(() => value),
        ),
      ),
    ).toMatchObject({
      code: 'ERR_INVALID_CLAIMS',
      claim: 'actor',
    })
  })
})

test('readId tells a missing id from a wrong one', () => {
  expect(readId(undefined, 'sub')).toBeUndefined()
  expect(thrownBy(() => readId('', 'sub'))).toMatchObject({ message: 'The claim sub must not be empty.' })
})

test('claims_at says when claims were looked up, and is iat by default', () => {
  expect(readToken(someClaims(), policy()).claimsAt).toBe(startMs - 60_000)
  expect(readToken(someClaims({ claims_at: startSeconds + 0.5 }), policy()).claimsAt).toBe(startMs + 500)
  expect(thrownBy(() => readToken(someClaims({ claims_at: startMs }), policy()))).toMatchObject({ claim: 'claims_at' })
})

test('session_at says when the session began, is iat by default, and never later than iat', () => {
  const sessionAt = (fields: object) => readToken(someClaims(fields), policy()).sessionAt
  expect(sessionAt({})).toBe(startMs - 60_000)
  expect(sessionAt({ session_at: startSeconds - 3_600 })).toBe(startMs - 3_600_000)
  expect(sessionAt({ session_at: startSeconds + 3_600 })).toBe(startMs - 60_000)
  expect(thrownBy(() => readToken(someClaims({ session_at: 'now' }), policy()))).toMatchObject({ claim: 'session_at' })
})
