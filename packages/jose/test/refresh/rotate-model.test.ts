import { createRevocation } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TokenPair, TokenPairs } from '../../src/index.ts'
import { claimsOf, familyOf, outcomeOf, sessionTokens } from '../support/refresh-fixtures.ts'

/** What a session comes to in the model. */
interface Session {
  readonly sub: string
  /** Of the last generation that was spent; the first one is 0. */
  spent: number
  spentAt: number
  /** The token that spent it. */
  spentBy: string
  /** The last generation that was forgiven. */
  forgiven: number
  revoked: boolean
}

interface Issued {
  readonly pair: TokenPair
  readonly session: Session
  readonly generation: number
}

type Action =
  | { readonly type: 'login'; readonly sub: string }
  | { readonly type: 'rotate' | 'verify' | 'logout'; readonly pick: number; readonly instance: number }
  | { readonly type: 'revokeSubject'; readonly sub: string }
  | { readonly type: 'advance'; readonly ms: number }

const subjects = ['alice', 'bob']
const sub = fc.constantFrom(...subjects)
const instance = fc.nat(1)
/**
 * Counted from the last one: most of what happens, happens to young tokens, and some of it to old
 * ones.
 */
const pick = fc.oneof({ arbitrary: fc.nat(3), weight: 4 }, { arbitrary: fc.nat(60), weight: 1 })

const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('login' as const), sub }), weight: 2 },
  { arbitrary: fc.record({ type: fc.constant('rotate' as const), pick, instance }), weight: 10 },
  { arbitrary: fc.record({ type: fc.constant('verify' as const), pick, instance }), weight: 2 },
  { arbitrary: fc.record({ type: fc.constant('logout' as const), pick, instance }), weight: 1 },
  { arbitrary: fc.record({ type: fc.constant('revokeSubject' as const), sub }), weight: 1 },
  {
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 4_000 }), fc.constantFrom(5_000, 900_000, 20 * 3_600_000)),
    }),
    weight: 4,
  },
)

/** Two instances over one store, and the model beside them. */
class Run {
  readonly #clock = virtualClock()
  readonly #store = memoryStore({ now: this.#clock.now })
  readonly #graceMs: number
  readonly #instances: readonly TokenPairs[]
  readonly #revocation = this.#revocationOver()
  readonly #issued: Issued[] = []
  readonly #sessions: Session[] = []

  constructor(graceMs: number) {
    this.#graceMs = graceMs
    this.#instances = [0, 1].map(() => sessionTokens(this.#revocationOver(), { refresh: { grace: graceMs / 1_000 } }))
  }

  #revocationOver() {
    return createRevocation({ store: this.#store, maxTokenLifetime: '24h', now: this.#clock.now })
  }

  async take(step: Action): Promise<void> {
    // Equality revokes: who acts within one millisecond is told apart in other tests.
    this.#clock.advance(2)
    if (step.type === 'advance') this.#clock.advance(step.ms)
    else if (step.type === 'login') await this.#login(step.sub)
    else if (step.type === 'revokeSubject') await this.#revokeSubject(step.sub)
    else await this.#use(step)
  }

  async #login(name: string): Promise<void> {
    const session = { sub: name, spent: -1, spentAt: -Infinity, spentBy: '', forgiven: -Infinity, revoked: false }
    this.#sessions.push(session)
    this.#issued.push({ pair: await this.#tokens(0).issuePair({ sub: name }), session, generation: 0 })
  }

  async #revokeSubject(name: string): Promise<void> {
    await this.#revocation.revoke({ subject: name })
    for (const session of this.#sessions) if (session.sub === name) session.revoked = true
  }

  async #use({ type, pick, instance }: Extract<Action, { pick: number }>): Promise<void> {
    const one = this.#issued.at(-1 - (pick % Math.max(1, this.#issued.length)))
    if (one === undefined) return
    if (type === 'rotate') await this.#rotate(one, this.#tokens(instance))
    else if (type === 'verify') await this.#verify(one, this.#tokens(instance))
    else {
      await this.#tokens(instance).revoke(one.pair.refreshToken)
      one.session.revoked = true
    }
  }

  async #rotate({ pair, session, generation }: Issued, tokens: TokenPairs): Promise<void> {
    const now = this.#clock.now()
    const expected = this.#expectedOf(pair.refreshToken, session, generation)
    const outcome = await outcomeOf(tokens.rotate(pair.refreshToken))
    expect('value' in outcome ? 'answered' : outcome.code).toBe(expected)
    if (expected === 'ERR_REFRESH_REUSED') session.revoked = true
    if (!('value' in outcome)) return
    if (generation > session.spent) {
      session.spent = generation
      session.spentAt = now
      session.spentBy = pair.refreshToken
    } else session.forgiven = generation
    expect(familyOf(claimsOf(outcome.value).refresh).generation).toBe(generation + 2)
    this.#issued.push({ pair: outcome.value, session, generation: generation + 1 })
  }

  #expectedOf(token: string, session: Session, generation: number): string {
    if (this.#hasExpired(token)) return 'ERR_INVALID_TOKEN'
    if (session.revoked) return 'ERR_TOKEN_REVOKED'
    if (generation > session.spent) return 'answered'
    const isForgiven =
      generation === session.spent &&
      token === session.spentBy &&
      session.forgiven !== generation - 1 &&
      this.#clock.now() < session.spentAt + this.#graceMs
    return isForgiven ? 'answered' : 'ERR_REFRESH_REUSED'
  }

  async #verify({ pair, session }: Issued, tokens: TokenPairs): Promise<void> {
    const outcome = await outcomeOf(tokens.verify(pair.accessToken))
    const refused = session.revoked ? 'ERR_TOKEN_REVOKED' : 'passes'
    const expected = this.#hasExpired(pair.accessToken) ? 'ERR_INVALID_TOKEN' : refused
    expect('value' in outcome ? 'passes' : outcome.code).toBe(expected)
  }

  #hasExpired(token: string): boolean {
    const { exp = 0 } = claimsOf({ accessToken: token, refreshToken: token }).access
    return this.#clock.now() >= (exp + 60) * 1_000
  }

  #tokens(instance: number): TokenPairs {
    const tokens = this.#instances[instance]
    if (tokens === undefined) throw new RangeError('There is no such instance.')
    return tokens
  }

  async verifyAll(): Promise<void> {
    for (const one of this.#issued) await this.#verify(one, this.#tokens(0))
  }
}

describe.each([0, 5_000])('whatever happens to sessions on two instances, with a grace of %i ms,', (graceMs) => {
  test('exactly those pass who may by the model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (actions) => {
        const run = new Run(graceMs)
        await run.take({ type: 'login', sub: 'alice' })
        for (const step of actions) await run.take(step)
        await run.verifyAll()
      }),
      { numRuns: 120 },
    )
  })
})
