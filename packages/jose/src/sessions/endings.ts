import { type Claims, type Revocation, type RevokeOptions, type RevokeResult, requireIdClaim } from '@revoked/core'
import type { CloseEntry, SessionList } from './session-list.ts'

/** The list of open sessions, and which claim of tokens is the id there. */
export interface Listing {
  readonly list: SessionList
  /** `jti` if each access token is a session by itself. */
  readonly by: 'sid' | 'jti'
}

/**
 * Ends tokens and sessions: revokes first, and then closes what is on the list of open sessions.
 * What is not listed any more is refused, therefore, whatever fails in between. If either fails,
 * the call rejects, and a retry completes it.
 */
export interface Endings {
  /** Ends an access token by itself. */
  endToken(claims: Claims, options?: RevokeOptions): Promise<RevokeResult>
  /**
   * Ends the session of a token.
   *
   * @throws InvalidClaimsError if it has none.
   */
  endSession(claims: Claims, options?: RevokeOptions): Promise<RevokeResult>
  /** Closes a session that is revoked already. */
  closeSession(claims: Claims, options?: RevokeOptions): Promise<void>
}

/** Creates what ends tokens and sessions. */
export function createEndings(revocation: Revocation, issuer: string, listing: Listing | undefined): Endings {
  async function close(by: Listing['by'], claims: Claims, options: CloseEntry): Promise<void> {
    const { sub, [by]: id } = claims
    if (listing?.by !== by || sub === undefined || id === undefined) return
    await listing.list.close(sub, id, options)
  }

  return {
    endToken: async (claims, options) => {
      const result = await revocation.revoke({ token: claims }, options)
      if (options?.dryRun !== true) await close('jti', claims, { reason: options?.reason, revoked: result })
      return result
    },
    endSession: async (claims, options) => {
      const sid = requireIdClaim(claims.sid, 'sid')
      // The subject is for the audit trail: the mark of a session does not name it.
      const target = { session: sid, ofSubject: claims.sub && requireIdClaim(claims.sub, 'sub') }
      const named = revocation.issuer === '*' ? { ...target, issuer } : target
      const result = await revocation.revoke(named, options)
      if (options?.dryRun !== true) await close('sid', claims, { reason: options?.reason, revoked: result })
      return result
    },
    closeSession: (claims, options) => close('sid', claims, { reason: options?.reason }),
  }
}
