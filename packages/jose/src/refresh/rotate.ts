import { type Revocation, TokenRevokedError } from '@revoked/core'
import type { Inspect } from '../access/inspect.ts'
import type { IssueSettings } from '../access/issue.ts'
import { assertIssuable, givenClaims, type IssueClaims, type SessionClaims } from '../access/issue-claims.ts'
import { InvalidTokenError, RefreshReusedError } from '../errors.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { SignPair, TokenPair } from './pair.ts'
import { type RefreshClaims, readRefreshClaims } from './refresh-claims.ts'

/** What a rotation takes. */
export interface RotateOptions {
  /**
   * The claims of the new pair, from those of the old one: to look up anew what may have changed since, such as a role, or to refuse
   * by throwing. Called before the refresh token is spent. `sub` and `sid` stay what they are.
   */
  readonly renew?: (claims: SessionClaims) => IssueClaims | Promise<IssueClaims>
}

/** What rotations take, once validated. */
export interface RotateSettings extends Pick<IssueSettings, 'revocation' | 'issuer'> {
  readonly inspect: Inspect
  readonly signPair: SignPair
  readonly graceMs: number
}

const rotateOptionNames: OptionNames<RotateOptions> = { renew: true }

/** @throws TypeError for wrong options, before anything is looked up. */
function readRenew(options: RotateOptions): RotateOptions['renew'] {
  assertKnownOptions(options, rotateOptionNames)
  const { renew } = options
  if (renew !== undefined && typeof renew !== 'function') throw new TypeError('renew must be a function.')
  return renew
}

/** Spends refresh tokens. */
export interface Rotation {
  readonly rotate: (refreshToken: string, options?: RotateOptions) => Promise<TokenPair>
  /** Its claims, if it may be spent. */
  readonly verifyRefresh: (refreshToken: string) => Promise<RefreshClaims>
}

/** No cache may serve for longer what it knew before a revocation. */
const longestStalenessMs = 60_000

/**
 * How far a new pair is dated back: as far as a revocation may have been under way, or unknown to a cache, when it was looked for. So one
 * that was not found reaches the new pair.
 *
 * @throws RangeError where tokens may live so shortly that nearly nothing of their lives would be left.
 */
function readDatingBack({ limits }: Revocation): number {
  const ms = limits.writeTimeout + longestStalenessMs
  if (limits.maxTokenLifetime < 10 * ms) {
    throw new RangeError(
      `Refresh tokens need a maxTokenLifetime of ${Math.ceil((10 * ms) / 60_000)} minutes at least: a new pair is dated back by ${ms / 1_000} s.`,
    )
  }
  return ms
}

export function createRotation(settings: RotateSettings): Rotation {
  const { revocation, issuer, inspect, signPair, graceMs } = settings
  const { families } = revocation
  const datingBackMs = readDatingBack(revocation)

  async function authenticate(refreshToken: string): Promise<RefreshClaims> {
    const { claims, expired } = await inspect(refreshToken, 'refresh')
    if (expired) throw new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
    return readRefreshClaims(claims)
  }

  /** The last generation that was spent, 0 for none. An open policy does not apply: a rotation is a write. */
  async function lastSpentOfActive(claims: RefreshClaims): Promise<number> {
    const [spent] = await Promise.all([
      families.lastSpent(claims.fam.id),
      revocation.assertActive(claims, { failPolicy: 'closed' }),
    ])
    return spent?.generation ?? 0
  }

  /** Theft, or a client that forgot what it was given: nobody can tell, so the session ends for both. */
  async function endSession({ sid }: RefreshClaims): Promise<never> {
    const target = revocation.issuer === '*' ? { session: sid, issuer } : { session: sid }
    await revocation.revoke(target, { reason: 'refresh_reused' })
    throw new RefreshReusedError()
  }

  /** Not further than the old token, which nothing has revoked. */
  function dateBack({ iat }: RefreshClaims, checkedAt: number): number {
    return Math.max(iat, Math.floor((checkedAt - datingBackMs) / 1_000))
  }

  /** The claims of the next pair, of which it is known that they make good tokens. */
  async function claimsOfNext(
    claims: RefreshClaims,
    iat: number,
    renew: RotateOptions['renew'],
  ): Promise<SessionClaims> {
    const given = givenClaims(claims) as SessionClaims
    if (renew === undefined) return given
    const { sub, sid } = claims
    const next = await renew(given)
    assertIssuable(next)
    if (next.sub !== sub || (next.sid ?? sid) !== sid)
      throw new TypeError('renew must leave sub and sid as they are: a rotation goes on with the same session.')
    await revocation.assertActive({ ...next, sid, iss: issuer, iat }, { failPolicy: 'closed' })
    return { ...next, sid }
  }

  return {
    rotate: async (refreshToken, options = {}) => {
      const renew = readRenew(options)
      const claims = await authenticate(refreshToken)
      const { id, generation } = claims.fam
      const startedAt = Math.floor(revocation.now())
      const lastSpent = await lastSpentOfActive(claims)
      if (lastSpent > generation) return await endSession(claims)

      const iat = dateBack(claims, startedAt)
      const next = await claimsOfNext(claims, iat, renew)
      const sign = (bornAt: number): Promise<TokenPair> =>
        signPair(next, { fam: { id, generation: generation + 1 }, iat, bornAt })
      if (lastSpent < generation) {
        // Signed before it is spent: what cannot be signed leaves the old token as it is.
        const pair = await sign(startedAt)
        if (await families.spend(id, generation)) return pair
      }
      // All who are forgiven get the same generation: whichever of their pairs is used next, the others are spent with it.
      const spent = await families.lastSpent(id)
      const isForgiven = graceMs > 0 && spent?.generation === generation && startedAt < spent.spentAt + graceMs
      return isForgiven ? await sign(Math.min(startedAt, spent.spentAt)) : await endSession(claims)
    },
    verifyRefresh: async (refreshToken) => {
      const claims = await authenticate(refreshToken)
      if ((await lastSpentOfActive(claims)) >= claims.fam.generation) throw new TokenRevokedError('fam', 'rotated')
      return claims
    },
  }
}
