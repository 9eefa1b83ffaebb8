import { InvalidClaimsError } from '../errors.ts'

/**
 * The claims of a **verified** token (RFC 7519, section 4.1), as jose, jsonwebtoken or a framework's hook hands
 * them over. Verify the signature first, always: claims that nobody signed prove nothing.
 * Further claims may be there; those that `createRevocation` was told of are read too.
 */
export interface Claims {
  readonly jti?: string | undefined
  /** The session, where the issuer has sessions (OpenID Connect Front-Channel Logout 1.0, section 3). */
  readonly sid?: string | undefined
  readonly sub?: string | undefined
  readonly iss?: string | undefined
  /** Seconds since the epoch. */
  readonly exp?: number | undefined
  /** Seconds since the epoch; a fraction is compared as it is. */
  readonly iat?: number | undefined
}

/** Which claims matter beside the registered ones, and whose tokens are accepted. */
export interface ClaimsPolicy {
  /** Further claims that can be revoked. */
  readonly claims: readonly string[]
  /** `undefined`: `iss` is ignored. `'*'`: every token names its issuer. Anything else: the only issuer. */
  readonly issuer: string | undefined
  /** An id for tokens without `jti`. */
  readonly identify: ((claims: Claims) => string | undefined) | undefined
}

/** What is known of a token once its claims were narrowed. Instants are ms since the epoch. */
export interface Token {
  /** `jti`, or what `identify` answered. */
  readonly id: string | undefined
  readonly sid: string | undefined
  readonly sub: string | undefined
  /** The values of the configured claims, in their order; `undefined` for a claim that the token does not have. */
  readonly configured: readonly (string | undefined)[]
  /** Set where ids are unique within an issuer only. */
  readonly issuer: string | undefined
  /** `-Infinity` without `iat`. */
  readonly issuedAt: number
  /** `undefined` without `exp`. */
  readonly expiresAt: number | undefined
}

/** The longest id, in UTF-16 code units. */
const maxIdLength = 1_024

/** The largest NumericDate taken for seconds (the year 5138). As milliseconds it was the year 1973. */
const maxNumericDate = 1e11

/**
 * Narrows claims of which nothing is known. The only place where seconds become milliseconds.
 *
 * @throws InvalidClaimsError naming the claim, never its value.
 */
export function readToken(claims: Claims, policy: ClaimsPolicy): Token {
  if (typeof claims !== 'object' || claims === null) {
    throw new InvalidClaimsError(
      'Expected the claims of a verified token, an object. Verify the token first, then pass its payload.',
    )
  }
  return {
    id: readId(claims.jti, 'jti') ?? identified(claims, policy),
    sid: readId(claims.sid, 'sid'),
    sub: readId(claims.sub, 'sub'),
    configured: policy.claims.length === 0 ? policy.claims : policy.claims.map((name) => readOwn(claims, name)),
    issuer: policy.issuer === undefined ? undefined : readIssuer(claims, policy.issuer),
    issuedAt: readInstant(claims.iat, 'iat') ?? -Infinity,
    expiresAt: readInstant(claims.exp, 'exp'),
  }
}

/**
 * An id: a non-empty string of at most 1,024 UTF-16 code units, well-formed. Anything else is refused rather than
 * converted: `1` and `'1'` may be two people.
 */
export function readId(value: unknown, claim: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length > 0 && value.length <= maxIdLength && value.isWellFormed()) return value
  throw new InvalidClaimsError(`The claim ${claim} ${faultOfId(value)}.`, claim)
}

/** An id that must be there. */
export function requireId(value: unknown, claim: string): string {
  const id = readId(value, claim)
  if (id === undefined) throw new InvalidClaimsError(`The claim ${claim} is missing.`, claim)
  return id
}

function identified(claims: Claims, { identify }: ClaimsPolicy): string | undefined {
  return identify === undefined ? undefined : readId(identify(claims), 'jti')
}

/** Own properties only: a claim may be called `constructor`. */
function readOwn(claims: Claims, name: string): string | undefined {
  return Object.hasOwn(claims, name) ? readId((claims as Readonly<Record<string, unknown>>)[name], name) : undefined
}

function readIssuer(claims: Claims, accepted: string): string | undefined {
  if (accepted === '*') return requireId(claims.iss, 'iss')
  if (claims.iss !== accepted)
    throw new InvalidClaimsError('The claim iss is not the issuer that createRevocation was given.', 'iss')
  return undefined
}

/** Ms, to the microsecond: finer than that, a fraction of today's seconds is only the noise of floating point. */
function readInstant(seconds: unknown, claim: string): number | undefined {
  if (seconds === undefined) return undefined
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= maxNumericDate) return Math.round(seconds * 1e6) / 1e3
  throw new InvalidClaimsError(`The claim ${claim} ${faultOfInstant(seconds)}.`, claim)
}

// Apart from the functions that read: those are on the path of every check, and the smaller they are the
// more of them V8 inlines.

function faultOfId(value: unknown): string {
  if (typeof value !== 'string') return `must be a string, but is ${describe(value)}`
  if (value.length === 0) return 'must not be empty'
  return value.length > maxIdLength ? `is longer than ${maxIdLength} UTF-16 code units` : 'contains a lone surrogate'
}

function faultOfInstant(seconds: unknown): string {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    return `must be a finite number of seconds, but is ${describe(seconds)}`
  }
  return seconds < 0
    ? 'must not be negative'
    : 'looks like milliseconds: a NumericDate counts seconds (RFC 7519, section 2)'
}

/** What a value is, without telling the value. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`
}
