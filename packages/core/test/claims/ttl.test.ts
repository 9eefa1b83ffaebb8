import { type Claims, createRevocation, type Target, TokenLifetimeError } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { someClaims, startMs, startSeconds, virtualClock } from '../support/claims.ts'

interface Case {
  readonly maxTokenLifetime: number
  readonly clockTolerance: number
  /** Before the revocation, in ms. */
  readonly age: number
  /** `exp - iat`, in ms; `undefined`: no `exp`. */
  readonly life: number | undefined
  readonly form: 'token' | 'session' | 'subject' | 'claim' | 'everything'
  /** Ms after the revocation, beside the instants at which something ends. */
  readonly checkedAfter: readonly number[]
}

const forms = ['token', 'session', 'subject', 'claim', 'everything'] as const
const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.integer({ min: 0, max: 20 }).map((seconds) => seconds * 1_000),
)

const anyCase: fc.Arbitrary<Case> = fc.record({
  maxTokenLifetime: milliseconds.map((ms) => ms + 1),
  clockTolerance: milliseconds,
  age: milliseconds,
  life: fc.option(milliseconds, { nil: undefined, freq: 4 }),
  form: fc.constantFrom(...forms),
  checkedAfter: fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 8 }),
})

function claimsOf({ age, life }: Case): Claims {
  const issuedAt = startMs - age
  return someClaims({ iat: issuedAt / 1_000, exp: life === undefined ? undefined : (issuedAt + life) / 1_000 })
}

function targetOf(form: Case['form'], claims: Claims): Target {
  const targets: Readonly<Record<Case['form'], Target>> = {
    token: { token: claims },
    session: { session: 'session-1' },
    subject: { subject: 'alice' },
    claim: { claim: 'client_id', value: 'app-7' },
    everything: { everything: true },
  }
  return targets[form]
}

/** Around every end that the TTL math knows of, and wherever else the case says. */
function instantsOf({ maxTokenLifetime, clockTolerance, age, life, checkedAfter }: Case): readonly number[] {
  const issuedAt = startMs - age
  const ends = [
    issuedAt + maxTokenLifetime,
    issuedAt + (life ?? 0),
    startMs,
    startMs + maxTokenLifetime,
    issuedAt + (life ?? 0) + clockTolerance,
    issuedAt + maxTokenLifetime + clockTolerance,
    startMs + maxTokenLifetime + clockTolerance,
  ]
  const around = ends.flatMap((end) => [end - 1, end, end + 1])
  return [...around, ...checkedAfter.map((ms) => startMs + ms)].filter((at) => at >= startMs).sort((a, b) => a - b)
}

/** Returns per check 'refused' for the lifetime of the token, or the status of the verdict. */
async function outcomesOf(made: Case): Promise<readonly string[]> {
  const { maxTokenLifetime, clockTolerance, form } = made
  const clock = virtualClock()
  const revocation = createRevocation({
    store: plainStore(clock),
    now: clock.now,
    maxTokenLifetime: `${maxTokenLifetime}ms`,
    clockTolerance: `${clockTolerance}ms`,
    claims: ['client_id'],
  })
  const claims = claimsOf(made)
  await revocation.revoke(targetOf(form, claims))
  const outcomes: string[] = []
  for (const instant of instantsOf(made)) {
    clock.set(instant)
    try {
      outcomes.push((await revocation.check(claims)).status)
    } catch (error) {
      if (!(error instanceof TokenLifetimeError)) throw error
      outcomes.push('refused')
    }
  }
  return outcomes
}

test('a revoked token never passes again', async () => {
  let revoked = 0
  await fc.assert(
    fc.asyncProperty(anyCase, async (made) => {
      const outcomes = await outcomesOf(made)
      expect(outcomes).not.toContain('active')
      revoked += outcomes.filter((outcome) => outcome === 'revoked').length
    }),
    { numRuns: 300 },
  )
  // Refusing everything would fulfil the property too.
  expect(revoked).toBeGreaterThan(300)
})

test.each(forms)(
  'a %s is revoked until the last instant at which its token is accepted, and then refused',
  async (form) => {
    const token = { maxTokenLifetime: 10_000, clockTolerance: 500, form, checkedAfter: [] }
    const last = await outcomesOf({ ...token, age: 0, life: 10_000 })
    // Three of the ends are the instant `exp` plus the tolerance, so two instants beside each
    // follow.
    expect(last.lastIndexOf('revoked')).toBe(last.indexOf('refused') - 1)
    expect(last.filter((outcome) => outcome === 'refused').length).toBe(6)
    expect(new Set(last)).toEqual(new Set(['revoked', 'refused']))
  },
)

test.each<[string, object, Target]>([
  [
    'without exp, at the end of its life',
    { iat: startSeconds, exp: undefined },
    { token: someClaims({ iat: startSeconds, exp: undefined }) },
  ],
  ['without exp, of a subject revoked as it was issued', { iat: startSeconds, exp: undefined }, { subject: 'alice' }],
  ['without iat, of the longest life', { iat: undefined, exp: startSeconds + 10 }, { subject: 'alice' }],
])('a revoked token %s is never active again', async (_, fields, target) => {
  for (const clockTolerance of [0, 0.5] as const) {
    const clock = virtualClock()
    const { now } = clock
    const revocation = createRevocation({ store: plainStore({ now }), maxTokenLifetime: 10, clockTolerance, now })
    await revocation.revoke(target)
    for (let step = 0; step < 22; step++) {
      const outcome = await revocation.check(someClaims(fields)).then(
        ({ status }) => status,
        () => 'refused',
      )
      expect(outcome).not.toBe('active')
      clock.advance(500)
    }
  }
})
