import { type Claims, type Target, UnidentifiableTokenError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { badClaims, confusableIds, notClaims } from './support/bad-claims.ts'
import { dayMs, rejectionOf, someClaims, startMs, startSeconds, virtualRevocation } from './support/claims.ts'

/** Returns what the calls reject with. None of them stores or looks up anything. */
async function refusals(...calls: ((using: ReturnType<typeof virtualRevocation>['revocation']) => Promise<unknown>)[]) {
  const { revocation, recorded, asked, forgotten } = virtualRevocation()
  const errors = await Promise.all(calls.map((call) => rejectionOf(call(revocation))))
  expect({ recorded, asked, forgotten }).toEqual({ recorded: [], asked: [], forgotten: [] })
  return errors
}

describe.each(badClaims)('claims whose $title', ({ fields, claim, message }) => {
  const claims = someClaims(fields)

  test('are refused on both sides, and nothing is stored or looked up', async () => {
    const errors = await refusals(
      (revocation) => revocation.check(claims),
      (revocation) => revocation.assertActive(claims),
      (revocation) => revocation.isRevoked(claims),
      (revocation) => revocation.revoke({ token: claims }),
      (revocation) => revocation.revoke([{ token: someClaims() }, { token: claims }]),
      (revocation) => revocation.revoke({ subject: 'alice' }, { except: claims }),
      (revocation) => revocation.reinstate({ token: claims }),
      (revocation) => revocation.reinstate([{ token: someClaims() }, { token: claims }]),
    )
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim })
      expect(String(error)).toMatch(message)
    }
  })
})

test.each(notClaims)('refuses %s in place of claims on both sides', async (_, value) => {
  const claims = value as Claims
  const [checked, ...revoked] = await refusals(
    (revocation) => revocation.check(claims),
    (revocation) => revocation.revoke({ token: claims }),
    (revocation) => revocation.reinstate({ token: claims }),
  )
  expect(checked).toMatchObject({ code: 'ERR_INVALID_CLAIMS' })
  // A target is an argument, so the mistake is the caller's, and no token is to be answered 401.
  for (const error of revoked) {
    expect(error).toBeInstanceOf(TypeError)
    expect(error).not.toHaveProperty('status')
  }
})

test.each(
  ['', 1, null, {}, ['alice'], 'x'.repeat(1_025), '\ud800'].flatMap((id) => [
    { id, target: { session: id }, name: 'session' },
    { id, target: { subject: id }, name: 'subject' },
    { id, target: { jti: id }, name: 'jti' },
    { id, target: { claim: 'client_id', value: id }, name: 'value' },
  ]),
)('refuses the id $id as $name of a target, without an HTTP status', async ({ id, target, name }) => {
  const bad = target as Target
  const errors = await refusals(
    (revocation) => revocation.revoke(bad),
    (revocation) => revocation.revoke([{ everything: true }, bad]),
    (revocation) => revocation.reinstate(bad),
  )
  for (const error of errors) {
    // `{ jti: undefined }` and the like name no target.
    expect(error).toBeInstanceOf(typeof id === 'string' ? RangeError : TypeError)
    expect(error).not.toHaveProperty('status')
    expect(String(error)).toContain(name)
  }
})

test.each<[string, object, typeof TypeError | typeof RangeError]>([
  ['a payload without naming the target', someClaims(), TypeError],
  ['two targets at once', { subject: 'alice', session: 'session-1' }, TypeError],
  ['no target', {}, TypeError],
  ['everything: false', { everything: false }, TypeError],
  ['everything: 1', { everything: 1 }, TypeError],
  ['a claim that was not configured', { claim: 'tenant', value: 't' }, TypeError],
  ['a claim that is another form of target', { claim: 'sub', value: 'alice' }, TypeError],
  ['a claim without value', { claim: 'client_id' }, TypeError],
  ['a claim with a number', { claim: 'client_id', value: 7 }, TypeError],
  ['a claim with an empty value', { claim: 'client_id', value: '' }, RangeError],
])('refuses %s', async (_, target, kind) => {
  const bad = target as Target
  const errors = await refusals(
    (revocation) => revocation.revoke(bad),
    (revocation) => revocation.revoke([{ everything: true }, bad]),
    (revocation) => revocation.reinstate(bad),
    (revocation) => revocation.reinstate([{ everything: true }, bad]),
  )
  for (const error of errors) expect(error).toBeInstanceOf(kind)
})

test.each<[string, object, object, typeof TypeError | typeof RangeError]>([
  ['until now', { session: 's' }, { until: startMs }, RangeError],
  ['until in the past', { session: 's' }, { until: new Date(startMs - 1) }, RangeError],
  ['until in seconds', { session: 's' }, { until: startSeconds + 60 }, RangeError],
  ['until in microseconds', { session: 's' }, { until: startMs * 1_000 }, RangeError],
  ['until that is no date', { session: 's' }, { until: new Date(Number.NaN) }, TypeError],
  ['until as text', { session: 's' }, { until: '2027-02-01' }, TypeError],
  ['until without end', { session: 's' }, { until: Infinity }, TypeError],
  ['until with a subject', { subject: 's' }, { until: startMs + dayMs }, TypeError],
  ['until with a token', { token: someClaims() }, { until: startMs + dayMs }, TypeError],
  ['issuedBefore beyond the tolerance', { subject: 's' }, { issuedBefore: startMs + 60_001 }, RangeError],
  ['an except that is no object', { subject: 's' }, { except: 'claims' }, TypeError],
  ['allowRefresh with except', { subject: 's' }, { allowRefresh: true, except: someClaims() }, TypeError],
  ['allowRefresh of a session', { session: 's' }, { allowRefresh: true }, TypeError],
  ['allowRefresh that is no boolean', { subject: 's' }, { allowRefresh: 1 }, TypeError],
  ['an option that does not exist', { subject: 's' }, { exept: someClaims() }, TypeError],
  ['a field that does not exist', { subject: 's', sid: 's' }, {}, TypeError],
  ['issuedBefore in seconds', { subject: 's' }, { issuedBefore: startSeconds }, RangeError],
  ['issuedBefore that is no date', { everything: true }, { issuedBefore: new Date(Number.NaN) }, TypeError],
  ['issuedBefore as text', { subject: 's' }, { issuedBefore: 'now' }, TypeError],
  ['issuedBefore with a session', { session: 's' }, { issuedBefore: startMs }, TypeError],
  ['issuedBefore with a token', { token: someClaims() }, { issuedBefore: startMs }, TypeError],
  ['except with a session', { session: 's' }, { except: someClaims() }, TypeError],
  ['except with a token', { token: someClaims() }, { except: someClaims() }, TypeError],
  ['a reason that is empty', { subject: 's' }, { reason: '' }, RangeError],
  ['a reason of 65 characters', { subject: 's' }, { reason: 'x'.repeat(65) }, RangeError],
  ['a reason that is not well-formed', { subject: 's' }, { reason: '\ud800' }, RangeError],
  ['a reason that is a number', { subject: 's' }, { reason: 7 }, TypeError],
])('refuses %s', async (_, target, options, kind) => {
  const [error, batched] = await refusals(
    (revocation) => revocation.revoke(target as Target, options),
    (revocation) => revocation.revoke([target as Target, target as Target], options),
  )
  expect(error).toBeInstanceOf(kind)
  expect(batched).toBeInstanceOf(kind)
})

describe('a token without jti', () => {
  const claims = someClaims({ jti: undefined })

  test('cannot be revoked by itself, and the error says what to do instead', async () => {
    const errors = await refusals(
      (revocation) => revocation.revoke({ token: claims }),
      (revocation) => revocation.revoke([{ subject: 'alice' }, { token: claims }]),
      (revocation) => revocation.reinstate({ token: claims }),
    )
    for (const error of errors) {
      expect(error).toBeInstanceOf(UnidentifiableTokenError)
      expect(error).toMatchObject({ code: 'ERR_UNIDENTIFIABLE_TOKEN' })
      expect(String(error)).toMatch(/Add a jti .* identify .* revoke the session or the subject/)
    }
  })

  test('is checked by its other keys', async () => {
    const { revocation } = virtualRevocation()
    await expect(revocation.isRevoked(claims)).resolves.toBe(false)
    await revocation.revoke({ session: 'session-1' })
    await expect(revocation.check(claims)).resolves.toMatchObject({ by: 'sid' })
  })

  test('is revoked by what identify answers', async () => {
    const identify = ({ sub, iat }: Claims) => `${sub}/${iat}`
    const { revocation } = virtualRevocation({ identify })
    await revocation.revoke({ token: claims })
    await expect(revocation.check(claims)).resolves.toMatchObject({ by: 'jti' })
    await expect(revocation.isRevoked({ ...claims, iat: startSeconds - 59 })).resolves.toBe(false)
  })
})

test('a token that nothing bounds is neither revoked nor checked', async () => {
  const claims = someClaims({ iat: undefined, exp: undefined })
  const errors = await refusals(
    (revocation) => revocation.revoke({ token: claims }),
    (revocation) => revocation.check(claims),
  )
  for (const error of errors) expect(error).toMatchObject({ code: 'ERR_TOKEN_LIFETIME' })
})

test.each(['session', 'subject', 'client_id', 'token'] as const)(
  'every legal id of a %s is revoked alone',
  async (form) => {
    const claimsOf = (id: string): Claims => ({
      iat: startSeconds,
      ...{ session: { sid: id }, subject: { sub: id }, client_id: { client_id: id }, token: { jti: id } }[form],
    })
    const targetOf = (id: string): Target => {
      if (form === 'token') return { token: claimsOf(id) }
      if (form === 'client_id') return { claim: form, value: id }
      return form === 'session' ? { session: id } : { subject: id }
    }
    for (const revoked of confusableIds) {
      const { revocation } = virtualRevocation()
      await revocation.revoke(targetOf(revoked))
      const hit = await Promise.all(confusableIds.map((id) => revocation.isRevoked(claimsOf(id))))
      expect(confusableIds.filter((_, index) => hit[index])).toEqual([revoked])
    }
  },
)
