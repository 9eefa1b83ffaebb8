import { type Revocation, TokenRevokedError } from '@revoked/core'
import { createFamilies, type FamilyRecord } from '@revoked/core/families'
import { assertCurrent } from '../access/claim-rules.ts'
import type { Inspect } from '../access/inspect.ts'
import type { InspectedToken } from '../access/inspected-token.ts'
import { RefreshReusedError } from '../errors.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { assertNextActive, assertRenewable, assertRotatable } from './assert-active.ts'
import { dateBack } from './dating.ts'
import { judgeUse, type Use } from './judge-use.ts'
import type { SignPair, TokenPair } from './pair.ts'
import { type RefreshClaims, readRefreshClaims } from './refresh-claims.ts'
import { type NextClaims, type Renew, readNextClaims } from './renew.ts'
import { assertNotOver, boundsOf } from './session-end.ts'

/** Options of a single `rotate`. */
export interface RotateOptions {
  /**
   * Decides the claims of the new pair, or refuses by throwing. It is called once it is known that
   * the token is not reused, and before the token is spent, so a token that it refuses stays as
   * good as before. It has as long as a revocation has to be stored: five times the `timeout` of
   * the revocation.
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

/** A rotation that was asked for. */
interface Asked {
  readonly token: RefreshClaims
  readonly renew: Renew | undefined
  /** In ms. */
  readonly startedAt: number
}

/** Creates the spending side of refresh tokens. */
export function createRotation({ revocation, issuer, inspect, signPair, graceMs }: RotateSettings): Rotation {
  const families = createFamilies(revocation, { issuer })

  async function authenticate(refreshToken: string | InspectedToken): Promise<RefreshClaims> {
    const inspected = await inspect(refreshToken, 'refresh')
    assertCurrent(inspected)
    const token = readRefreshClaims(inspected.claims)
    assertNotOver(token, revocation.now())
    return token
  }

  /** Ends the session of a reused token: of two clients, nobody can tell which one is the thief. */
  async function endSession({ sid }: RefreshClaims): Promise<never> {
    const target = revocation.issuer === '*' ? { session: sid, issuer } : { session: sid }
    await revocation.revoke(target, { reason: 'refresh_reused' })
    throw new RefreshReusedError()
  }

  /** Judges the use while the assertion runs. Ends the session at a reuse. */
  async function judge({ token, startedAt }: Asked, assertion: Promise<void>): Promise<JudgedUse> {
    const [record] = await Promise.all([families.find(token.fam.id), assertion])
    const use = judgeUse(token, record, { startedAt, graceMs, nameOf: families.nameOf })
    return use === 'reuse' ? await endSession(token) : { use, record }
  }

  async function readNext(asked: Asked): Promise<NextClaims> {
    const { token, renew } = asked
    try {
      return await readNextClaims(token, renew, revocation)
    } catch (error) {
      // The token may have been spent meanwhile: a failure of renew must not hide that it is
      // reused.
      await judge(asked, assertRotatable(token, revocation, true))
      throw error
    }
  }

  async function rotate(asked: Asked): Promise<TokenPair> {
    const { token, renew, startedAt } = asked
    const { id, generation } = token.fam
    const renews = renew !== undefined
    // Reuse is judged before renew runs, which may throw.
    const { use } = await judge(
      asked,
      renews ? assertRenewable(token, revocation) : assertRotatable(token, revocation, false),
    )
    const next = await readNext(asked)
    const { session_at: sessionAt = token.iat } = token
    const stamps = { iss: issuer, iat: dateBack(token, startedAt, revocation), session_at: sessionAt }
    const sign = (at: number): Promise<TokenPair> =>
      signPair(next.claims, {
        fam: { id, generation: generation + 1 },
        iat: dateBack(token, at, revocation),
        claims_at: next.claimsAt,
        session_at: sessionAt,
        bounds: boundsOf(token),
      })
    /**
     * What was recorded until now refuses the pair. What is recorded later reaches it, because it
     * is dated back.
     */
    async function assertActive(): Promise<void> {
      const ofNext = renews ? assertNextActive(next, stamps, revocation) : undefined
      await Promise.all([assertRotatable(token, revocation, renews), ofNext])
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
      const renew = readRenew(options)
      const token = await authenticate(refreshToken)
      return await rotate({ token, renew, startedAt: Math.floor(revocation.now()) })
    },
    verifyRefresh: async (refreshToken) => {
      const token = await authenticate(refreshToken)
      const [record] = await Promise.all([families.find(token.fam.id), assertRotatable(token, revocation, true)])
      const use = judgeUse(token, record, { startedAt: revocation.now(), graceMs, nameOf: families.nameOf })
      if (use !== 'first') throw new TokenRevokedError('fam', 'rotated')
      return token
    },
  }
}

/** A use, and the record of its family that it was judged by. */
interface JudgedUse {
  readonly use: Use
  readonly record: FamilyRecord | undefined
}

/** @throws TypeError for wrong options, before anything is looked up. */
function readRenew(options: RotateOptions): Renew | undefined {
  assertKnownOptions(options, rotateOptionNames)
  const { renew } = options
  if (renew !== undefined && typeof renew !== 'function') throw new TypeError('renew must be a function.')
  return renew
}
