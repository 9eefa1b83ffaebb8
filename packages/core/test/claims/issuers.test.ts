import type { Claims, Target } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { rejectionOf, someClaims, virtualRevocation } from '../support/claims.ts'

const one = 'https://a.example'
const other = 'https://b.example'
const ofOne = someClaims({ iss: one })
const ofOther = someClaims({ iss: other })

/** The four forms that name no token, and so no issuer either. */
const forms: readonly { readonly form: string; readonly target: Target }[] = [
  { form: 'session', target: { session: 'session-1' } },
  { form: 'subject', target: { subject: 'alice' } },
  { form: 'claim', target: { claim: 'client_id', value: 'app-7' } },
  { form: 'everything', target: { everything: true } },
]
const withIssuer = (target: Target, issuer: unknown) => ({ ...target, issuer }) as Target

describe('without issuer', () => {
  test('all tokens share one namespace, whatever their iss', async () => {
    const { revocation } = virtualRevocation()
    await revocation.revoke({ token: ofOne })
    for (const iss of [other, undefined, 7]) {
      await expect(revocation.isRevoked(someClaims({ iss }))).resolves.toBe(true)
    }
  })
})

describe.each([
  ['without issuer', undefined],
  ['with one issuer', one],
])('%s', (_, issuer) => {
  test.each(forms)('the target $form must not name an issuer', async ({ target }) => {
    const { revocation, recorded } = virtualRevocation(issuer === undefined ? {} : { issuer })
    await expect(revocation.revoke(withIssuer(target, one))).rejects.toThrow(TypeError)
    await expect(revocation.reinstate(withIssuer(target, one))).rejects.toThrow(TypeError)
    expect(recorded).toEqual([])
  })
})

describe('with one issuer', () => {
  test.each([other, undefined, '', '*'])('tokens of %j are refused on both sides', async (iss) => {
    const { revocation, recorded, asked } = virtualRevocation({ issuer: one })
    const foreign = someClaims({ iss })
    const calls = [
      revocation.check(foreign),
      revocation.revoke({ token: foreign }),
      revocation.reinstate({ token: foreign }),
      revocation.revoke({ subject: 'alice' }, { except: foreign }),
    ]
    for (const call of calls) {
      expect(await rejectionOf(call)).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'iss' })
    }
    expect({ recorded, asked }).toEqual({ recorded: [], asked: [] })
  })

  test('its tokens are revoked and checked', async () => {
    const { revocation } = virtualRevocation({ issuer: one })
    await expect(revocation.isRevoked(ofOne)).resolves.toBe(false)
    await revocation.revoke({ subject: 'alice' })
    await expect(revocation.isRevoked(ofOne)).resolves.toBe(true)
  })
})

describe("with issuer '*'", () => {
  const perIssuer = () => virtualRevocation({ issuer: '*' })

  test.each([{ form: 'token', target: { token: ofOne } }, ...forms])(
    'a revoked $form does not touch that of the same name at another issuer',
    async ({ form, target }) => {
      const { revocation } = perIssuer()
      const scoped = form === 'token' ? target : withIssuer(target, one)
      await revocation.revoke(scoped)
      await expect(revocation.isRevoked(ofOne)).resolves.toBe(true)
      await expect(revocation.isRevoked(ofOther)).resolves.toBe(false)
      await revocation.revoke(form === 'token' ? { token: ofOther } : withIssuer(target, other))
      await revocation.reinstate(scoped)
      await expect(revocation.isRevoked(ofOne)).resolves.toBe(false)
      await expect(revocation.isRevoked(ofOther)).resolves.toBe(true)
    },
  )

  test.each(forms)('the target $form must name its issuer', async ({ target }) => {
    const { revocation, recorded, forgotten } = perIssuer()
    await expect(revocation.revoke(target)).rejects.toThrow(TypeError)
    await expect(revocation.revoke([withIssuer(target, one), target])).rejects.toThrow(TypeError)
    await expect(revocation.reinstate(target)).rejects.toThrow(TypeError)
    expect({ recorded, forgotten }).toEqual({ recorded: [], forgotten: [] })
  })

  test.each(
    ['', 7, null, 'x'.repeat(1_025)].flatMap((issuer) => forms.map(({ form, target }) => ({ form, target, issuer }))),
  )('the target $form must name an issuer that an iss can be', async ({ target, issuer }) => {
    const { revocation, recorded } = perIssuer()
    await expect(revocation.revoke(withIssuer(target, issuer))).rejects.toThrow(
      typeof issuer === 'string' ? RangeError : TypeError,
    )
    expect(recorded).toEqual([])
  })

  test.each([undefined, '', 7, null])('a token must carry an iss, and %j is none', async (iss) => {
    const { revocation } = perIssuer()
    const nameless: Claims = someClaims({ iss })
    for (const call of [revocation.check(nameless), revocation.revoke({ token: nameless })]) {
      expect(await rejectionOf(call)).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'iss' })
    }
  })

  test('a token of another issuer cannot be exempt', async () => {
    const { revocation, recorded } = perIssuer()
    const error = await rejectionOf(revocation.revoke({ subject: 'alice', issuer: one }, { except: ofOther }))
    expect(error).toMatchObject({ code: 'ERR_INVALID_CLAIMS', claim: 'iss' })
    expect(recorded).toEqual([])
    await revocation.revoke({ subject: 'alice', issuer: one }, { except: ofOne })
    await expect(revocation.isRevoked(ofOne)).resolves.toBe(false)
    await expect(revocation.isRevoked(someClaims({ sid: 'session-2' }))).resolves.toBe(true)
  })

  test('issuer and value cannot be shifted into one another', async () => {
    const { revocation } = perIssuer()
    await revocation.revoke({ subject: 'b","c', issuer: 'a' })
    await expect(revocation.isRevoked(someClaims({ iss: 'a","b', sub: 'c' }))).resolves.toBe(false)
    await expect(revocation.isRevoked(someClaims({ iss: 'a', sub: 'b","c' }))).resolves.toBe(true)
  })
})
