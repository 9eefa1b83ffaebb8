import { type Revocation, TokenRevokedError } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { assertCurrent } from '../access/claim-rules.ts'
import type { Inspect } from '../access/inspect.ts'

import type { InspectedToken } from '../access/inspected-token.ts'
import type { SessionClaims } from '../access/issue-claims.ts'

import { RefreshReusedError } from '../errors.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { dateBack } from './dating.ts'
import { judgeUse, type Use } from './judge-use.ts'
import type { SignPair, TokenPair } from './pair.ts'
import { type RefreshClaims, readRefreshClaims } from './refresh-claims.ts'
import { claimsOfNext, type Renew } from './renew.ts'

/** Options of a single `rotate`. */
export interface RotateOptions {
  /**
   * Decides the claims of the new pair, or refuses by throwing. It is called once it is known that the
   * token is not reused, and before the token is spent, so a token that it refuses stays as good as before.
   * It has as long as a revocation has to be stored: five times the `timeout` of the revocation.
   */
  readonly renew?: Renew
}

/** What rotations take, once validated. */
export interface RotateSettings {
  readonly revocation: Revocation
  readonly issuer: string
  readonly inspect: Inspect
  readonly signPair: SignPair
  readonly graceMs: number
}

/** Spends refresh tokens. */
export interface Rotation {
  readonly rotate: (refreshToken: string, options?: RotateOptions) => Promise<TokenPair>
  /** Returns the claims of a token that may be spent. */
  readonly verifyRefresh: (refreshToken: string | InspectedToken) => Promise<RefreshClaims>
}

const rotateOptionNames: OptionNames<RotateOptions> = { renew: true }

/** An open policy does not apply: a rotation is a write. */
const closed = { failPolicy: 'closed' } as const

/** Creates the spending side of refresh tokens. */
export function createRotation(settings: RotateSettings): Rotation {
  const { revocation, issuer, inspect, signPair, graceMs } = settings
  const families = createFamilies(revocation, { issuer })

  async function authenticate(refreshToken: string | InspectedToken): Promise<RefreshClaims> {
    const inspected = await inspect(refreshToken, 'refresh')
    assertCurrent(inspected)
    return readRefreshClaims(inspected.claims)
  }

  async function findUse(claims: RefreshClaims, startedAt: number): Promise<JudgedUse> {
    const [spent] = await Promise.all([families.find(claims.fam.id), revocation.assertActive(claims, closed)])
    return { use: judgeUse(claims, spent, { startedAt, graceMs }), spentAt: spent?.spentAt ?? startedAt }
  }

  /** Ends the session at a reuse: was it theft, or a client that lost its answer? Nobody can tell. */
  async function assertNotReused({ use }: JudgedUse, { sid }: RefreshClaims): Promise<void> {
    if (use !== 'reuse') return
    const target = revocation.issuer === '*' ? { session: sid, issuer } : { session: sid }
    await revocation.revoke(target, { reason: 'refresh_reused' })
    throw new RefreshReusedError()
  }

  /** What `renew` changed, such as the client, may have been revoked. */
  async function assertNextActive(next: SessionClaims, iat: number): Promise<void> {
    await revocation.assertActive({ ...next, iss: issuer, iat }, closed)
  }

  return {
    rotate: async (refreshToken, options = {}) => {
      const renew = readRenew(options)
      const claims = await authenticate(refreshToken)
      const { id, generation } = claims.fam
      const startedAt = Math.floor(revocation.now())
      let judged = await findUse(claims, startedAt)
      // Judged before anything of the caller's runs, which may throw.
      await assertNotReused(judged, claims)

      const next = await claimsOfNext(claims, renew, revocation).catch(async (error: unknown) => {
        // The token may have been spent meanwhile: a failure of renew must not hide that it is reused.
        await assertNotReused(await findUse(claims, startedAt), claims)
        throw error
      })
      const iat = dateBack(claims, startedAt, revocation)
      if (renew !== undefined) await assertNextActive(next, iat)
      const sign = (at: number): Promise<TokenPair> =>
        signPair(next, { fam: { id, generation: generation + 1 }, iat: dateBack(claims, at, revocation) })

      if (judged.use === 'first') {
        // Signed before it is spent: what cannot be signed leaves the old token as it is.
        const pair = await sign(startedAt)
        if (await families.spend(id, { generation, tokenId: claims.jti ?? id })) {
          // What was recorded until now refuses the pair. What is recorded later, it is dated back for.
          const ofNext = renew === undefined ? undefined : assertNextActive(next, iat)
          await Promise.all([revocation.assertActive(claims, closed), ofNext])
          return pair
        }
      }
      judged = await findUse(claims, startedAt)
      await assertNotReused(judged, claims)
      // All who are forgiven get the same generation: whichever of their pairs is used next, the others are spent with it.
      return await sign(Math.min(startedAt, judged.spentAt))
    },
    verifyRefresh: async (refreshToken) => {
      const claims = await authenticate(refreshToken)
      const { use } = await findUse(claims, revocation.now())
      if (use !== 'first') throw new TokenRevokedError('fam', 'rotated')
      return claims
    },
  }
}

/** A use, and when the token was spent first. */
interface JudgedUse {
  readonly use: Use
  readonly spentAt: number
}

/** @throws TypeError for wrong options, before anything is looked up. */
function readRenew(options: RotateOptions): Renew | undefined {
  assertKnownOptions(options, rotateOptionNames)
  const { renew } = options
  if (renew !== undefined && typeof renew !== 'function') throw new TypeError('renew must be a function.')
  return renew
}
