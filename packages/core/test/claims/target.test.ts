import { type Target, UnidentifiableTokenError } from '@revoked/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClaimsPolicy, readToken } from '../../src/claims/claims.ts'
import { formOf, targetKey } from '../../src/claims/target.ts'
import { exemptionId, tokenKeys } from '../../src/claims/token-keys.ts'
import { confusableIds } from '../support/bad-claims.ts'
import { someClaims, thrownBy } from '../support/claims.ts'

const policy: ClaimsPolicy = {
  claims: [{ name: 'client_id' }, { name: 'tenant' }],
  issuer: undefined,
  identify: undefined,
}
const perIssuer: ClaimsPolicy = { ...policy, issuer: '*' }
const issuers = ['https://a.example', 'https://b.example', 'a', 'a"', 'a","b', '[', '__proto__']

/** Every form of target that names `value`, and the scope that it belongs to. */
function targetsOf(value: string, issuer: string | undefined): readonly [scope: string, target: Target][] {
  return [
    ['jti', { token: { jti: value, iss: issuer } }],
    ['sid', { session: value, issuer }],
    ['sub', { subject: value, issuer }],
    ['client_id', { claim: 'client_id', value, issuer }],
    ['tenant', { claim: 'tenant', value, issuer }],
    ['all', { everything: true, issuer }],
  ]
}

describe('formOf', () => {
  test.each<[Target, string]>([
    [{ token: {} }, 'token'],
    [{ session: 's' }, 'session'],
    [{ subject: 's' }, 'subject'],
    [{ claim: 'c', value: 'v' }, 'claim'],
    [{ everything: true }, 'everything'],
  ])('tells the form of %j', (target, form) => {
    expect(formOf(target)).toBe(form)
  })

  test.each([
    [{}],
    [{ value: 'v' }],
    [{ subject: undefined }],
    [someClaims()],
    [{ subject: 'a', session: 'b' }],
    [{ token: {}, everything: true }],
    ['alice'],
    [null],
    [undefined],
    [1],
  ])('refuses %j, and shows the forms', (target) => {
    const error = thrownBy(() => formOf(target as Target))
    expect(error).toBeInstanceOf(TypeError)
    for (const form of ['{ token: claims }', '{ session: sid }', '{ subject: sub }', '{ claim: name, value }']) {
      expect(String(error)).toContain(form)
    }
  })
})

describe('targetKey', () => {
  test('stores each form under its own scope, the value as it is', () => {
    for (const [scope, target] of targetsOf('v', undefined)) {
      expect(targetKey(target, policy)).toEqual({ scope, value: scope === 'all' ? '' : 'v' })
    }
  })

  test('files a token without jti under what identify answers', () => {
    const identify = () => 'derived'
    expect(targetKey({ token: {} }, { ...policy, identify })).toEqual({ scope: 'jti', value: 'derived' })
  })

  test('refuses a token without an id, and says what to do', () => {
    const error = thrownBy(() => targetKey({ token: { sub: 'alice', sid: 's' } }, policy))
    expect(error).toBeInstanceOf(UnidentifiableTokenError)
    expect(String(error)).toMatch(/Add a jti .* or revoke the session or the subject/)
  })

  test('is a key under which the check of the token looks', () => {
    const id = fc.constantFrom(...confusableIds)
    fc.assert(
      fc.property(fc.constantFrom(undefined, ...issuers), id, (issuer, value) => {
        const used = issuer === undefined ? policy : perIssuer
        const claims = { jti: value, sid: value, sub: value, client_id: value, tenant: value, iss: issuer }
        const keys = tokenKeys(readToken(claims, used), used)
        expect(targetsOf(value, issuer).map(([, target]) => targetKey(target, used))).toEqual(keys)
      }),
      { numRuns: 1_000 },
    )
  })

  test('never files two of a kind together: issuer, scope and value are kept apart', () => {
    const value = fc.oneof(fc.constantFrom(...confusableIds), fc.string({ minLength: 1, maxLength: 20 }))
    const issuer = fc.oneof(fc.constantFrom(...issuers), fc.string({ minLength: 1, maxLength: 20 }))
    const named = fc.tuple(issuer, value, fc.nat({ max: 5 })).map(([iss, id, form]) => {
      const [scope, target] = targetsOf(id, iss)[form] ?? ['all', { everything: true, issuer: iss }]
      return { name: [iss, scope, scope === 'all' ? '' : id], key: targetKey(target, perIssuer) }
    })
    fc.assert(
      fc.property(named, named, (one, other) => {
        expect(JSON.stringify(one.key) === JSON.stringify(other.key)).toBe(
          JSON.stringify(one.name) === JSON.stringify(other.name),
        )
      }),
      { numRuns: 3_000 },
    )
  })

  test('keeps issuer and value apart, whatever separator they contain', () => {
    const separators = ['', ',', '","', ':', '::', '|', '/', '#', ' ', '\n', '\0', '\\', '"', "'", '][', '.', '-', '_']
    const part = fc.string({ minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(part, part, part, fc.constantFrom(...separators), (first, second, third, separator) => {
        const early = { subject: `${second}${separator}${third}`, issuer: first }
        const late = { subject: third, issuer: `${first}${separator}${second}` }
        expect(targetKey(early, perIssuer)).not.toEqual(targetKey(late, perIssuer))
      }),
      { numRuns: 2_000 },
    )
  })

  test('keeps every confusable id of every issuer apart', () => {
    const keys = issuers.flatMap((iss) =>
      confusableIds.flatMap((value) => targetsOf(value, iss).map(([, target]) => targetKey(target, perIssuer))),
    )
    // `everything` has no value: one key for each issuer.
    const distinct = issuers.length * (confusableIds.length * 5 + 1)
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(distinct)
  })
})

describe('tokenKeys', () => {
  const keysOf = (fields: object, names: readonly string[]) => {
    const used = { ...policy, claims: names.map((name) => ({ name })) }
    return tokenKeys(readToken(someClaims({ tenant: 't', ...fields }), used), used).map(({ scope }) => scope)
  }

  test('has one key for each claim that is there, the most specific first', () => {
    expect(keysOf({}, ['client_id', 'tenant'])).toEqual(['jti', 'sid', 'sub', 'client_id', 'tenant', 'all'])
    expect(keysOf({}, ['tenant', 'client_id'])).toEqual(['jti', 'sid', 'sub', 'tenant', 'client_id', 'all'])
    expect(keysOf({}, [])).toEqual(['jti', 'sid', 'sub', 'all'])
    expect(keysOf({ client_id: undefined }, ['client_id', 'tenant'])).toEqual(['jti', 'sid', 'sub', 'tenant', 'all'])
  })

  test.each([
    ['jti', ['sid', 'sub', 'all']],
    ['sid', ['jti', 'sub', 'all']],
    ['sub', ['jti', 'sid', 'all']],
  ])('has none for a missing %s', (name, scopes) => {
    expect(keysOf({ [name]: undefined }, [])).toEqual(scopes)
  })
})

describe('exemptionId', () => {
  const of = (fields: object) => exemptionId(readToken(someClaims(fields), policy), (_scope, id) => id)

  test('is the session, or the token if it has none', () => {
    expect(of({})).toBe('sid:session-1')
    expect(of({ sid: undefined })).toBe('jti:token-1')
    expect(of({ sid: undefined, jti: undefined })).toBeUndefined()
  })

  test('keeps a session and a token of the same name apart', () => {
    expect(of({ sid: 'x' })).not.toBe(of({ sid: undefined, jti: 'x' }))
    expect(of({ sid: 'jti:x' })).not.toBe(of({ sid: undefined, jti: 'x' }))
  })
})
