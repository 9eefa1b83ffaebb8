import { requireIdClaim } from '@revoked/core'
import type { JWTPayload } from 'jose'
import {
  assertAudience,
  assertCurrent,
  assertIssuer,
  assertTimes,
  claimRefused,
  judgeTimes,
} from '../access/claim-rules.ts'
import type { SignedToken } from '../access/verify-signature.ts'
import { InvalidTokenError } from '../errors.ts'

/** Whom a logout token logs out, and when the provider decided it. */
export interface Logout {
  /**
   * The session, or the subject if no session is named: all of its sessions are meant then (section
   * 2.4).
   */
  readonly target: { readonly session: string } | { readonly subject: string }
  /** Whose session it is, if the token says so. */
  readonly subject: string | undefined
  /** Ms since the epoch. Later sessions are not meant. */
  readonly issuedAt: number
}

/** The rules that logout tokens are held to, in ms. */
export interface LogoutRules {
  readonly issuer: string
  readonly audience: string
  /** How long a token without `exp` is accepted after its `iat`. */
  readonly maxAge: number
  readonly clockTolerance: number
  /** A token that lives longer (`exp - iat`) is refused, as any other one is. */
  readonly maxTokenLifetime: number
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Reads a logout token whose signature holds (OpenID Connect Back-Channel Logout 1.0, section 2.6).
 *
 * @param receivedAt - the instant by which it must be current, in ms since the epoch.
 * @throws InvalidTokenError whose `claim` names the rule.
 */
export function readLogout({ header, claims }: SignedToken, rules: LogoutRules, receivedAt: number): Logout {
  if (!isLogoutType(header.typ)) throw new InvalidTokenError('ERR_TOKEN_TYPE', 'typ')
  assertIssuer(claims, rules.issuer)
  assertAudience(claims, [rules.audience])
  assertTimes(claims, ['iat'])
  assertLogoutTimes(claims, rules, receivedAt)
  if (typeof claims.jti !== 'string' || claims.jti === '') throw claimRefused('jti')
  if (!isLogoutEvent(claims['events'])) throw claimRefused('events')
  // An ID token has one, and must never pass for a logout token.
  if (Object.hasOwn(claims, 'nonce')) throw claimRefused('nonce')
  return { target: targetOf(claims), subject: subjectOf(claims), issuedAt: issuedAtOf(claims, receivedAt) }
}

function assertLogoutTimes(claims: JWTPayload, rules: LogoutRules, receivedAt: number): void {
  const { maxAge, clockTolerance, maxTokenLifetime } = rules
  const { iat = 0, exp } = claims
  if (iat * 1_000 > receivedAt + clockTolerance) throw claimRefused('iat')
  if (exp !== undefined && (exp - iat) * 1_000 > maxTokenLifetime) throw claimRefused('exp')
  const end = { exp: iat + maxAge / 1_000 }
  if (exp === undefined && judgeTimes(end, receivedAt, clockTolerance).expired)
    throw new InvalidTokenError('ERR_JWT_EXPIRED', 'iat')
  assertCurrent(judgeTimes(claims, receivedAt, clockTolerance))
}

function targetOf({ sid, sub }: JWTPayload): Logout['target'] {
  if (sid !== undefined) {
    if (typeof sid !== 'string' || sid === '') throw claimRefused('sid')
    return { session: requireIdClaim(sid, 'sid') }
  }
  if (typeof sub !== 'string' || sub === '') throw claimRefused('sub')
  return { subject: requireIdClaim(sub, 'sub') }
}

function subjectOf({ sub }: JWTPayload): string | undefined {
  return typeof sub === 'string' && sub !== '' ? requireIdClaim(sub, 'sub') : undefined
}

/** A logout was not decided after it reached us, whatever the clock of the provider says. */
function issuedAtOf({ iat = 0 }: JWTPayload, receivedAt: number): number {
  return Math.min(iat * 1_000, receivedAt)
}

/**
 * Most providers name no type, or `JWT`: to require the explicit one would shut them out (section
 * 4.1). Another type is refused.
 */
function isLogoutType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:logout\+)?jwt$/i.test(typ))
}

function isLogoutEvent(events: unknown): boolean {
  return isObject(events) && Object.hasOwn(events, logoutEvent) && isObject(events[logoutEvent])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
