import type { Families, FamilyRecord } from '@revoked/core/families'
import { RefreshReusedError } from '../errors.ts'
import type { Endings } from '../sessions/endings.ts'
import { judgeUse, type Use } from './judge-use.ts'
import type { RefreshClaims } from './refresh-claims.ts'

/** A use of a refresh token that was asked for. */
export interface AskedUse {
  readonly token: RefreshClaims
  /** In ms. */
  readonly startedAt: number
}

/** A use, and the record of its family that it was judged by. */
interface JudgedUse {
  readonly use: Use
  readonly record: FamilyRecord | undefined
}

/**
 * Judges the use while the assertion runs. A reuse ends the session: of two clients, nobody can
 * tell which one is the thief.
 *
 * @throws RefreshReusedError for a reuse, or what the assertion throws.
 */
export type Judge = (asked: AskedUse, assertion: Promise<void>) => Promise<JudgedUse>

/** Creates what judges uses by the record of their family. */
export function createJudge({
  families,
  graceMs,
  endings,
}: {
  readonly families: Families
  readonly graceMs: number
  readonly endings: Endings
}): Judge {
  return async ({ token, startedAt }, assertion) => {
    const [record] = await Promise.all([families.find(token.fam.id), assertion])
    const use = judgeUse(token, record, { startedAt, graceMs, nameOf: families.nameOf })
    if (use !== 'reuse') return { use, record }
    await endings.endSession(token, { reason: 'refresh_reused' })
    throw new RefreshReusedError()
  }
}
