import { InvalidClaimsError } from '../errors.ts'
import { readClaim } from './read-claim.ts'

/**
 * The claims of a **verified** token (RFC 7519, section 4.1), as jose, jsonwebtoken or the hook of
 * a framework returns them. Verify the signature first: claims that nobody verified prove nothing.
 * Other claims are ignored, except those that the option `claims` of `createRevocation` names.
 *
 * @example
 * ```ts
 * import type { Claims } from '@revoked/core'
 *
 * const claims: Claims = { sub: 'alice', sid: 'phone', jti: 'a1', iat: 1_790_000_000, exp: 1_790_000_900 }
 * ```
 */
export interface Claims {
  readonly jti?: string | undefined
  /**
   * The session, if the issuer has sessions (OpenID Connect Front-Channel Logout 1.0, section 3).
   */
  readonly sid?: string | undefined
  readonly sub?: string | undefined
  readonly iss?: string | undefined
  /** Seconds since the epoch. */
  readonly exp?: number | undefined
  /** Seconds since the epoch; a fraction is compared as it is. */
  readonly iat?: number | undefined
  /**
   * Seconds since the epoch: when the other claims, such as a role, were looked up. Default `iat`.
   * An issuer whose refreshed tokens are dated back stamps it, so that `allowRefresh` reaches old
   * claims and not new ones.
   */
  readonly claims_at?: number | undefined
  /**
   * Seconds since the epoch: when the session of the token began. Default `iat`. For a revocation
   * of a subject or of everything, the token counts as issued then, so that refreshing outruns
   * none.
   */
  readonly session_at?: number | undefined
}

/**
 * A claim that can be revoked, and how to read it from the claims of a token.
 *
 * @example
 * ```ts
 * import { type ClaimReader, createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * // Tokens that a service holds on behalf of a user: RFC 8693, section 4.1.
 * const actor: ClaimReader = { name: 'actor', read: (claims) => Object(claims).act?.sub }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', claims: [actor] })
 * await revocation.revoke({ claim: 'actor', value: 'billing-service' })
 * ```
 */
export interface ClaimReader {
  /** The name that targets and verdicts use. */
  readonly name: string
  /** Returns the value, or `undefined` for a token without it. Default: the claim of that name. */
  readonly read?: ((claims: Claims) => string | undefined) | undefined
}

/** Which claims matter beside the registered ones, and whose tokens are accepted. */
export interface ClaimsPolicy {
  /** Further claims that can be revoked. */
  readonly claims: readonly ClaimReader[]
  /**
   * `undefined`: `iss` is ignored. `'*'`: every token names its issuer. Anything else: the only
   * issuer.
   */
  readonly issuer: string | undefined
  /** An id for tokens without `jti`. */
  readonly identify: ((claims: Claims) => string | undefined) | undefined
}

/** A token as its narrowed claims describe it. Instants are ms since the epoch. */
export interface Token {
  /** `jti`, or the result of `identify`. */
  readonly id: string | undefined
  readonly sid: string | undefined
  readonly sub: string | undefined
  /**
   * The values of the configured claims, in their order; `undefined` for a claim that the token
   * does not have.
   */
  readonly configured: readonly (string | undefined)[]
  /** Set if ids are unique within an issuer only. */
  readonly issuer: string | undefined
  /** `-Infinity` without `iat`. */
  readonly issuedAt: number
  /** When the claims were looked up: `claims_at`, or else `issuedAt`. */
  readonly claimsAt: number
  /** When the session began: `session_at`, or else `issuedAt`. Never later than that. */
  readonly sessionAt: number
  /** `undefined` without `exp`. */
  readonly expiresAt: number | undefined
}

/** The longest id, in UTF-16 code units. */
const maxIdLength = 1_024

/**
 * The largest NumericDate that is taken for seconds: the end of the year 9999. As milliseconds it
 * is the year 1978, which no token is from.
 */
const maxNumericDate = 253_402_300_799

/**
 * Returns the token that claims of unknown types describe. This is the only place where seconds
 * become milliseconds.
 *
 * @throws InvalidClaimsError naming the claim, never its value.
 */
export function readToken(claims: Claims, policy: ClaimsPolicy): Token {
  if (typeof claims !== 'object' || claims === null) {
    throw new InvalidClaimsError(
      'Expected the claims of a verified token, an object. Verify the token first, then pass its payload.',
    )
  }
  const { jti, sid, sub, iat, exp, claims_at, session_at } = isRootPolluted() ? copyClaims(claims) : claims
  const issuedAt = readInstant(iat, 'iat') ?? -Infinity
  return {
    id: readId(jti, 'jti') ?? identified(claims, policy),
    sid: readId(sid, 'sid'),
    sub: readId(sub, 'sub'),
    configured: policy.claims.length === 0 ? noValues : policy.claims.map((claim) => readConfigured(claims, claim)),
    issuer: policy.issuer === undefined ? undefined : readIssuer(claims, policy.issuer),
    issuedAt,
    claimsAt: readInstant(claims_at, 'claims_at') ?? issuedAt,
    sessionAt: Math.min(readInstant(session_at, 'session_at') ?? issuedAt, issuedAt),
    expiresAt: readInstant(exp, 'exp'),
  }
}

const noValues: readonly undefined[] = []
const root: Claims = Object.prototype

/**
 * Returns whether somebody gave `Object.prototype` a property that is called like a claim. Six
 * loads of absent properties cost 2 ns, and reading every claim by `readClaim` costs 80 ns (Node
 * 20.20, 2026-11).
 */
function isRootPolluted(): boolean {
  return (
    root.jti !== undefined ||
    root.sid !== undefined ||
    root.sub !== undefined ||
    root.iat !== undefined ||
    root.exp !== undefined ||
    root.claims_at !== undefined ||
    root.session_at !== undefined
  )
}

function copyClaims(claims: Claims): Claims {
  const names = ['jti', 'sid', 'sub', 'iat', 'exp', 'claims_at', 'session_at']
  return Object.fromEntries(names.map((name) => [name, readClaim(claims, name)]))
}

/**
 * Returns the id in a claim of a verified token, for code that makes a target of it. A wrong claim
 * is a fault of the token, and a wrong argument of `revoke` one of the caller: their errors differ.
 *
 * @example
 * ```ts
 * import { type Claims, requireIdClaim, type Revocation } from '@revoked/core'
 *
 * // In a handler: the token must have a session, or the answer is 401.
 * const logOut = (revocation: Revocation, claims: Claims) =>
 *   revocation.revoke({ session: requireIdClaim(claims.sid, 'sid') })
 * ```
 *
 * @throws InvalidClaimsError if the claim is missing, or no id.
 */
export function requireIdClaim(value: unknown, claim: string): string {
  const id = readId(value, claim)
  if (id === undefined) throw new InvalidClaimsError(`The claim ${claim} is missing.`, claim)
  return id
}

/**
 * Returns an id: a non-empty, well-formed string of at most 1,024 UTF-16 code units. Anything else
 * is refused rather than converted, because `1` and `'1'` may be two people.
 */
export function readId(value: unknown, claim: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length > 0 && value.length <= maxIdLength && value.isWellFormed()) return value
  throw new InvalidClaimsError(`The claim ${claim} ${idFault(value)}.`, claim)
}

function identified(claims: Claims, { identify }: ClaimsPolicy): string | undefined {
  return identify === undefined ? undefined : readId(atOnce(identify(claims)), 'jti')
}

function readConfigured(claims: Claims, { name, read }: ClaimReader): string | undefined {
  return readId(read === undefined ? readClaim(claims, name) : atOnce(read(claims)), name)
}

/**
 * Returns the result of a callback. A promise is refused as any object is, and its rejection must
 * not end the process.
 */
function atOnce(result: unknown): unknown {
  if (result instanceof Promise) result.catch(() => undefined)
  return result
}

function readIssuer(claims: Claims, accepted: string): string | undefined {
  const issuer = readClaim(claims, 'iss')
  if (accepted === '*') return requireIdClaim(issuer, 'iss')
  if (issuer !== accepted)
    throw new InvalidClaimsError('The claim iss is not the issuer that createRevocation was given.', 'iss')
  return undefined
}

/**
 * Returns ms, to the microsecond: a finer fraction of today's seconds is the noise of floating
 * point.
 */
function readInstant(seconds: unknown, claim: string): number | undefined {
  if (seconds === undefined) return undefined
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= maxNumericDate) return Math.round(seconds * 1e6) / 1e3
  throw new InvalidClaimsError(`The claim ${claim} ${faultOfInstant(seconds)}.`, claim)
}

// These are separate from the functions that read, which are on the path of every check: the
// smaller those are, the more of them V8 inlines.

/** Returns what is wrong with an id, or `undefined` if nothing is. */
export function idFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return `must be a string, but is ${describe(value)}`
  if (value.length === 0) return 'must not be empty'
  if (value.length > maxIdLength) return `is longer than ${maxIdLength} UTF-16 code units`
  return value.isWellFormed() ? undefined : 'contains a lone surrogate'
}

function faultOfInstant(seconds: unknown): string {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    return `must be a finite number of seconds, but is ${describe(seconds)}`
  }
  return seconds < 0
    ? 'must not be negative'
    : 'looks like milliseconds: a NumericDate counts seconds (RFC 7519, section 2)'
}

/** Returns what a value is, without the value. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`
}
