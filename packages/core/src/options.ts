import { type Allowlist, createAllowlist } from './allowlist/allowlist.ts'
import { type AllowlistOptions, assertAllowlistOptions } from './allowlist/allowlist-options.ts'
import { assertFailPolicy, type FailPolicy } from './check/fail-policy.ts'
import { assertMode, type OnRefused, type RevocationMode } from './check/mode.ts'
import type { ClaimReader, Claims, ClaimsPolicy } from './claims/claims.ts'
import { type Duration, durationToMs, unitHint } from './claims/duration.ts'
import type { Limits } from './claims/lifetime.ts'
import { reservedScopes } from './claims/target.ts'
import type { ObservableStore } from './follow/observable-store.ts'
import { assertKnownOptions, type OptionNames } from './known-options.ts'
import { createIdNamer, type IdNamer } from './store/id-namer.ts'
import type { RevocationStore } from './store/store.ts'
import { storeHint } from './store/store-hint.ts'

/**
 * The options of {@link createRevocation}. Validated once, there.
 *
 * @example
 * ```ts
 * import { createRevocation, type RevocationOptions } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RevocationOptions = {
 *   store: memoryStore(),
 *   maxTokenLifetime: '30d', // Refresh tokens included.
 *   claims: ['client_id'],
 *   failPolicy: 'closed',
 * }
 * const revocation = createRevocation(options)
 * ```
 */
export interface RevocationOptions {
  /** Where revocations are kept. */
  readonly store: RevocationStore
  /**
   * The longest life (`exp - iat`) of any token that you accept, refresh tokens included. Longer
   * tokens are refused. Every mark of a subject, a session or a claim is kept as long.
   */
  readonly maxTokenLifetime: Duration
  /** The leeway that your verifier allows on `exp`; marks outlive tokens by it. Default `'60s'`. */
  readonly clockTolerance?: Duration
  /**
   * Further claims that can be revoked, such as `client_id`: names, or `{ name, read }` for a
   * nested or derived one, such as `act.sub`. Their values must be strings.
   */
  readonly claims?: readonly (string | ClaimReader)[]
  /**
   * What a check answers while the store is unavailable. Default `'closed'`. Writes always reject.
   */
  readonly failPolicy?: FailPolicy
  /**
   * `'observe'` lets every token pass that a check would refuse because it was revoked or is not
   * listed, because the store is unavailable, or because it lives too long: for the time before you
   * enforce it. The verdict is `observed` then. Expired tokens and claims that cannot be used are
   * refused in any mode. Revocations are written in any mode. Default `'enforce'`.
   */
  readonly mode?: RevocationMode
  /**
   * Called for every check that refuses, or would in the mode `'enforce'`. It has no say in the
   * verdict.
   */
  readonly onRefused?: OnRefused
  /**
   * The deadline of a check. A write has five times as long, for each 500 targets of an array. Must
   * be above the `timeout` of a store that has one, such as `layeredStore`. Default `'1s'`.
   */
  readonly timeout?: Duration
  /**
   * Unset: `iss` is ignored. A string: tokens of other issuers are refused. `'*'`: ids are unique
   * per issuer only.
   */
  readonly issuer?: string
  /**
   * Only with `issuer: '*'`: revocations are stored and looked up without the issuer too. Set it on
   * every service while some still have no `issuer: '*'`, and until their revocations have expired.
   * A revocation then reaches the same id of every issuer. Default `false`.
   */
  readonly alsoUnscoped?: boolean
  /** An id for tokens without `jti`, from their verified claims; `undefined` if there is none. */
  readonly identify?: (claims: Claims) => string | undefined
  /**
   * Set: only tokens of listed sessions pass, and all others are refused as revoked, with the
   * reason `'not_listed'`. The list is looked up together with the marks, within the same
   * `timeout`. Excluded by `issuer: '*'`. Close sessions by `createSessions` of
   * `@revoked/sessions`, with this revocation: caches rely on the revocation of a session that is
   * closed.
   */
  readonly allowlist?: AllowlistOptions
  /** The clock, in ms since the epoch. Default `Date.now`. */
  readonly now?: () => number
}

/** The options once validated, in ms. */
export interface Settings extends ClaimsPolicy, Limits {
  readonly store: RevocationStore
  /** Names ids inside marks. */
  readonly nameId: IdNamer
  /** Whether keys without the issuer are written and looked up as well. */
  readonly alsoUnscoped: boolean
  readonly failPolicy: FailPolicy
  readonly mode: RevocationMode
  readonly onRefused: OnRefused | undefined
  /** Set if only listed tokens pass. */
  readonly allowlist: Allowlist | undefined
  readonly checkDeadline: number
  readonly writeDeadline: number
  readonly now: () => number
  /** True if `now` is `Date.now`, and a store may share its readings. */
  readonly hasSystemClock: boolean
}

const writeDeadlineFactor = 5

/** A request that waits for longer has lost its client. Milliseconds as a number exceed it, too. */
const maxTimeoutMs = 60_000

/** No verifier allows more leeway. A minute in milliseconds as a number exceeds it, too. */
const maxToleranceMs = 3_600_000

const optionNames: OptionNames<RevocationOptions> = {
  store: true,
  maxTokenLifetime: true,
  clockTolerance: true,
  claims: true,
  failPolicy: true,
  mode: true,
  onRefused: true,
  timeout: true,
  issuer: true,
  alsoUnscoped: true,
  identify: true,
  allowlist: true,
  now: true,
}

const readerNames: OptionNames<ClaimReader> = { name: true, read: true }

/** @throws TypeError or RangeError for the first option that is wrong. */
export function readOptions(options: RevocationOptions): Settings {
  assertKnownOptions(options, optionNames)
  const {
    store,
    failPolicy = 'closed',
    mode = 'enforce',
    onRefused,
    issuer,
    identify,
    alsoUnscoped = false,
    now = () => Date.now(),
  } = options
  for (const method of ['record', 'find', 'forget', 'agree'] as const) {
    if (typeof store?.[method] !== 'function')
      throw new TypeError(`store must be a RevocationStore, but has no ${method} method.${storeHint(store)}`)
  }
  assertFailPolicy(failPolicy)
  assertMode(mode)
  if (onRefused !== undefined && typeof onRefused !== 'function') throw new TypeError('onRefused must be a function.')
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === ''))
    throw new TypeError("issuer must be a non-empty string, or '*'.")
  if (typeof alsoUnscoped !== 'boolean' || (alsoUnscoped && issuer !== '*'))
    throw new TypeError("alsoUnscoped must be true or false, and true only with issuer: '*'.")
  if (identify !== undefined && typeof identify !== 'function') throw new TypeError('identify must be a function.')
  if (options.allowlist !== undefined) assertAllowlistOptions(options.allowlist, issuer)
  if (typeof now !== 'function') throw new TypeError('now must be a function.')
  const checkDeadline = readTimeout(options.timeout ?? '1s', store)
  const clockTolerance = durationToMs(options.clockTolerance ?? '60s', 'clockTolerance')
  if (clockTolerance > maxToleranceMs) throw new RangeError("clockTolerance must be at most '1h'.")
  return {
    store,
    nameId: createIdNamer(store),
    maxTokenLifetime: readLifetime(options.maxTokenLifetime),
    clockTolerance,
    claims: readClaims(options.claims ?? []),
    alsoUnscoped,
    failPolicy,
    mode,
    onRefused,
    allowlist: options.allowlist && createAllowlist(options.allowlist, store),
    checkDeadline,
    writeDeadline: checkDeadline * writeDeadlineFactor,
    issuer,
    identify,
    now,
    hasSystemClock: options.now === undefined,
  }
}

function readPositive(duration: Duration, name: string): number {
  const ms = durationToMs(duration, name)
  if (ms === 0) throw new RangeError(`${name} must be more than 0.`)
  return ms
}

function readLifetime(lifetime: Duration | undefined): number {
  if (lifetime === undefined)
    throw new TypeError("maxTokenLifetime is required: the longest life of any token that you accept, such as '24h'.")
  return readPositive(lifetime, 'maxTokenLifetime')
}

/** @throws RangeError if a store that knows marks itself would answer with them too late. */
function readTimeout(timeout: Duration, store: RevocationStore | ObservableStore): number {
  const ms = readPositive(timeout, 'timeout')
  if (ms > maxTimeoutMs) throw new RangeError(`timeout must be at most '60s'.${unitHint(timeout)}`)
  const timeoutMs = 'timeoutMs' in store ? store.timeoutMs : undefined
  if (timeoutMs !== undefined && timeoutMs >= ms) {
    throw new RangeError(
      `The timeout of the store (${timeoutMs} ms) must be below the timeout of createRevocation (${ms} ms). Otherwise a check ends before the store answers with the marks that it knows.`,
    )
  }
  return ms
}

function readClaims(claims: readonly (string | ClaimReader)[]): readonly ClaimReader[] {
  if (!Array.isArray(claims)) throw new TypeError('claims must be an array of claim names, or of { name, read }.')
  const readers = claims.map((claim: string | ClaimReader) => (typeof claim === 'object' ? claim : { name: claim }))
  for (const reader of readers) {
    assertKnownOptions(reader, readerNames, 'claims.')
    const { name, read } = reader
    if (typeof name !== 'string' || name === '') throw new TypeError('claims must contain non-empty names.')
    if (reservedScopes.includes(name)) throw new TypeError(`claims must not contain ${name}: it is reserved.`)
    if (read !== undefined && typeof read !== 'function') throw new TypeError('read of a claim must be a function.')
  }
  if (new Set(readers.map(({ name }) => name)).size !== readers.length)
    throw new TypeError('claims must not name a claim twice.')
  return readers
}
