import { createRevocation, type RevocationStore, type Target } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startMs, virtualClock } from '../support/claims.ts'

const maxTokenLifetime = 20_000

/** Four clocks around the true time, no two of which differ by more than the tolerance, in ms. */
interface Clocks {
  readonly tolerance: number
  readonly issuer: number
  readonly revoker: number
  readonly store: number
  readonly verifier: number
}

// Whole seconds as well: `iat` is rounded down to them, which would hide how far an issuer is
// ahead.
const tolerances = fc.oneof(fc.constantFrom(1_000, 5_000), fc.integer({ min: 0, max: 5_000 }))
const clocks: fc.Arbitrary<Clocks> = tolerances.chain((tolerance) => {
  const ahead = fc.oneof(fc.constantFrom(0, tolerance), fc.integer({ min: 0, max: tolerance }))
  return fc.record({ tolerance: fc.constant(tolerance), issuer: ahead, revoker: ahead, store: ahead, verifier: ahead })
})

const forms = ['token', 'jti', 'session', 'subject', 'claim', 'everything'] as const

/** Creates a token, and a revoker, a store and a verifier that have a clock each. */
function deployment({ tolerance, ...ahead }: Clocks, lifetime: number) {
  const time = virtualClock()
  const by = (ms: number) => () => time.now() + ms
  const store: RevocationStore = plainStore({ now: by(ahead.store) })
  const options = { store, maxTokenLifetime: maxTokenLifetime / 1_000, clockTolerance: `${tolerance}ms` } as const
  const revocation = (now: () => number) => createRevocation({ ...options, claims: ['tenant'], now })
  const iat = Math.floor(by(ahead.issuer)() / 1_000)
  const claims = { jti: 'j', sid: 's', sub: 'u', tenant: 't', iat, exp: iat + lifetime }
  const targets: Readonly<Record<(typeof forms)[number], Target>> = {
    token: { token: claims },
    jti: { jti: 'j' },
    session: { session: 's' },
    subject: { subject: 'u' },
    claim: { claim: 'tenant', value: 't' },
    everything: { everything: true },
  }
  return { time, claims, targets, revoker: revocation(by(ahead.revoker)), verifier: revocation(by(ahead.verifier)) }
}

/** The last moment, by true time, at which a verifier with this leeway accepts the token. */
function lastAcceptance(exp: number, { tolerance, verifier }: Clocks): number {
  return exp * 1_000 + tolerance - verifier - 1
}

describe('four clocks that differ by at most the tolerance accept no revoked token, for', () => {
  test.each(forms)('a %s', async (form) => {
    await fc.assert(
      fc.asyncProperty(
        clocks,
        fc.oneof(fc.constant(maxTokenLifetime / 1_000), fc.integer({ min: 1, max: maxTokenLifetime / 1_000 })),
        fc.nat({ max: 20_000 }),
        async (ahead, lifetime, later) => {
          const { time, claims, targets, revoker, verifier } = deployment(ahead, lifetime)
          const end = lastAcceptance(claims.exp, ahead)
          time.set(Math.min(startMs + later, end))
          // A cutoff reaches the tokens of an issuer whose clock is ahead if it has that margin.
          const isCutoff = form === 'subject' || form === 'claim' || form === 'everything'
          const issuedBefore = time.now() + ahead.revoker + ahead.tolerance
          await revoker.revoke(targets[form], isCutoff ? { issuedBefore } : {})
          for (const at of [time.now(), (time.now() + end) / 2, end]) {
            time.set(Math.max(time.now(), Math.floor(at)))
            expect(await verifier.check(claims)).toMatchObject({ status: 'revoked' })
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a refresh token that was spent', async () => {
    await fc.assert(
      fc.asyncProperty(clocks, fc.nat({ max: 20_000 }), async (ahead, later) => {
        const { time, claims, revoker, verifier } = deployment(ahead, maxTokenLifetime / 1_000)
        const end = lastAcceptance(claims.exp, ahead)
        time.set(Math.min(startMs + later, end))
        expect(await createFamilies(revoker).spend('f', { generation: 1, tokenId: 'a' })).toBe(true)
        time.set(end)
        expect(await createFamilies(verifier).find('f')).toHaveProperty('generation', 1)
        expect(await createFamilies(verifier).spend('f', { generation: 1, tokenId: 'a' })).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})

test.each(['jti', 'session'] as const)(
  'a %s stays revoked if issuer and store are ahead by the tolerance',
  async (form) => {
    const ahead = { tolerance: 10_000, issuer: 10_000, revoker: 0, store: 10_000, verifier: 0 }
    const { time, claims, targets, revoker, verifier } = deployment(ahead, maxTokenLifetime / 1_000)
    await revoker.revoke(targets[form])
    time.set(lastAcceptance(claims.exp, ahead))
    await expect(verifier.isRevoked(claims)).resolves.toBe(true)
  },
)

test('a token stays revoked if the store is ahead by the tolerance', async () => {
  const ahead = { tolerance: 10_000, issuer: 0, revoker: 0, store: 10_000, verifier: 0 }
  const { time, claims, targets, revoker, verifier } = deployment(ahead, 10)
  await revoker.revoke(targets.token)
  time.set(lastAcceptance(claims.exp, ahead))
  await expect(verifier.isRevoked(claims)).resolves.toBe(true)
})
