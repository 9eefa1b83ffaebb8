import { type Revocation, TokenRevokedError } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { readAuthenticatedAt } from '../access/authentication-time.ts'
import { assertCurrent } from '../access/claim-rules.ts'
import type { Inspect } from '../access/inspect.ts'
import type { InspectedToken } from '../access/inspected-token.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { Endings } from '../sessions/endings.ts'
import type { SessionList } from '../sessions/session-list.ts'
import { assertNextActive, assertRotatable, assertRotatableBefore } from './assert-active.ts'
import { dateBack } from './dating.ts'
import { type AskedUse, createJudge } from './judge.ts'
import { judgeUse } from './judge-use.ts'
import type { SignPair, TokenPair } from './pair.ts'
import { type RefreshClaims, readRefreshClaims } from './refresh-claims.ts'
import { type NextClaims, type Renew, readNextClaims } from './renew.ts'
import { assertNotOver } from './session-end.ts'
import { createSessionUse } from './session-use.ts'

/**
 * Options of a single `rotate`.
 *
 * @example
 * ```ts
 * import type { RotateOptions } from '@revoked/jose'
 *
 * const options = (roleOf: (sub: string) => Promise<string>): RotateOptions => ({
 *   renew: async (claims) => ({ ...claims, role: await roleOf(claims.sub) }),
 * })
 * ```
 */
export interface RotateOptions {
  /**
   * Decides the claims of the new pair, or refuses by throwing. It is called once it is known that
   * the token is not reused, and before the token is spent, so a token that it refuses stays as
   * good as before. It has as long as a revocation has to be stored: five times the `timeout` of
   * the revocation.
   */
  readonly renew?: Renew
  /**
   * When the user has proved again who they are, such as with a password, in ms since the epoch:
   * "step-up". The new pair carries it as `auth_time`, and so do those that follow. With
   * `sessions`, it is noted on the list, whose instant the pair carries in any case.
   */
  readonly authenticatedAt?: number
}

/** What rotations take, once validated. */
export interface RotateSettings {
  readonly revocation: Revocation
  readonly issuer: string
  readonly inspect: Inspect
  readonly signPair: SignPair
  readonly graceMs: number
  readonly endings: Endings
  /** Where the use of sessions is noted. */
  readonly list: SessionList | undefined
  /** When that began, in ms since the epoch. */
  readonly sessionsSince: number | undefined
}

/** Spends refresh tokens. */
export interface Rotation {
  readonly rotate: (refreshToken: string, options?: RotateOptions) => Promise<TokenPair>
  /** Returns the claims of a token that may be spent. */
  readonly verifyRefresh: (refreshToken: string | InspectedToken) => Promise<RefreshClaims>
}

const rotateOptionNames: OptionNames<RotateOptions> = { renew: true, authenticatedAt: true }

/** A rotation that was asked for. */
interface Asked extends AskedUse {
  readonly renew: Renew | undefined
  readonly authenticatedAt: number | undefined
}

/** Creates the spending side of refresh tokens. */
export function createRotation(settings: RotateSettings): Rotation {
  const { revocation, issuer, inspect, signPair, graceMs, endings } = settings
  const families = createFamilies(revocation, { issuer })
  const judge = createJudge({ families, graceMs, endings })
  const session = createSessionUse(settings)

  async function authenticate(refreshToken: string | InspectedToken): Promise<RefreshClaims> {
    const inspected = await inspect(refreshToken, 'refresh')
    assertCurrent(inspected)
    const token = readRefreshClaims(inspected.claims)
    assertNotOver(token, revocation.now())
    return token
  }

  async function readNext(asked: Asked): Promise<NextClaims> {
    const { token, renew } = asked
    try {
      return await readNextClaims(token, renew, revocation)
    } catch (error) {
      // The token may have been spent meanwhile: a failure of renew must not hide that it is
      // reused.
      await judge(asked, assertRotatable(token, revocation, { renews: true, unlisted: false }))
      throw error
    }
  }

  async function rotate(asked: Asked): Promise<TokenPair> {
    const { token, renew, startedAt, authenticatedAt } = asked
    const { id, generation } = token.fam
    const renews = renew !== undefined
    // Reuse is judged before renew runs, which may throw.
    const unlisted = session.isFromBefore(token)
    const { use } = await judge(asked, assertRotatableBefore(token, revocation, { renews, unlisted }))
    // After the judgement: what is revoked is not used. Before the token is spent: a failure leaves
    // it as it is.
    const { bounds, authentication } = await session.use(token, authenticatedAt)
    const next = await readNext(asked)
    const { session_at: sessionAt = token.iat } = token
    const stamps = { iss: issuer, iat: dateBack(token, startedAt, revocation), session_at: sessionAt }
    const sign = (at: number): Promise<TokenPair> =>
      signPair(next.claims, {
        fam: { id, generation: generation + 1 },
        iat: dateBack(token, at, revocation),
        claims_at: next.claimsAt,
        session_at: sessionAt,
        ...authentication,
        bounds,
      })
    /**
     * What was recorded until now refuses the pair. What is recorded later reaches it, because it
     * is dated back.
     */
    async function assertActive(): Promise<void> {
      const ofNext = renews ? assertNextActive(next, stamps, revocation) : undefined
      await Promise.all([assertRotatable(token, revocation, { renews, unlisted: false }), ofNext])
    }

    if (renews) await assertNextActive(next, stamps, revocation)
    if (use === 'first') {
      // Signed before it is spent: what cannot be signed leaves the old token as it is.
      const pair = await sign(startedAt)
      if (await families.spend(id, { generation, tokenId: token.jti })) {
        await assertActive()
        return pair
      }
    }
    const { record } = await judge(asked, assertActive())
    // Noted before anything is answered, so that whoever uses the successor is judged by it.
    if (record !== undefined) await families.contest(id, record)
    await judge(asked, assertActive())
    return await sign(Math.min(startedAt, record?.spentAt ?? startedAt))
  }

  return {
    rotate: async (refreshToken, options = {}) => {
      const given = readRotateOptions(options, revocation)
      const token = await authenticate(refreshToken)
      const asked = { ...given, token, startedAt: Math.floor(revocation.now()) }
      return await session.closedIfRevoked(token, rotate(asked))
    },
    verifyRefresh: async (refreshToken) => {
      const token = await authenticate(refreshToken)
      const rules = { renews: true, unlisted: session.isFromBefore(token) }
      const [record] = await Promise.all([families.find(token.fam.id), assertRotatable(token, revocation, rules)])
      const use = judgeUse(token, record, { startedAt: revocation.now(), graceMs, nameOf: families.nameOf })
      if (use !== 'first') throw new TokenRevokedError('fam', 'rotated')
      return token
    },
  }
}

/** @throws TypeError or RangeError for wrong options, before anything is looked up. */
function readRotateOptions(options: RotateOptions, revocation: Revocation): Pick<Asked, 'renew' | 'authenticatedAt'> {
  assertKnownOptions(options, rotateOptionNames)
  const { renew } = options
  if (renew !== undefined && typeof renew !== 'function') throw new TypeError('renew must be a function.')
  return { renew, authenticatedAt: readAuthenticatedAt(options.authenticatedAt, revocation) }
}
