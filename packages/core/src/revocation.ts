import { type AuditOptions, createTrailReader } from './audit/read-trail.ts'
import { type CheckOptions, createCheck } from './check/check.ts'
import { createExplain, type ExplainOptions, type Explanation } from './check/explain.ts'
import type { RevocationMode } from './check/mode.ts'
import { assertAllowed, type Verdict } from './check/verdict.ts'
import type { Claims } from './claims/claims.ts'
import type { Limits } from './claims/lifetime.ts'
import type { Target } from './claims/target.ts'
import { createOnce, type OnceOptions } from './once/once.ts'
import { type RevocationOptions, readOptions } from './options.ts'
import { createWriter, type RevokeResult } from './revoke/revoke.ts'
import type { ReinstateOptions, RevokeOptionsFor } from './revoke/revoke-options.ts'
import { takingAny, targetsOf } from './revoke/targets.ts'
import { type AgreeingSettings, agreeNow, createAgreement } from './settings/agreement.ts'
import type { AuditPage } from './store/audit-log.ts'
import { openWithin, type RevocationWithin, type WithinOptions } from './transaction/within.ts'
import { createWatch, type Watch, type WatchOptions } from './watch/watch.ts'

/**
 * Reaches the settings of a revocation from other modules of this package. Not part of its type.
 */
const settingsKey: unique symbol = Symbol.for('@revoked/core/settings')

/**
 * Returns the settings of a revocation, with what it has agreed on.
 *
 * @throws TypeError if it does not come from `createRevocation`.
 */
export function settingsOf(revocation: Revocation): AgreeingSettings {
  const { [settingsKey]: settings } = revocation as Revocation & { readonly [settingsKey]?: () => AgreeingSettings }
  if (typeof settings !== 'function') throw new TypeError('revocation must come from createRevocation.')
  return settings()
}

/**
 * What a {@link Revocation} keeps to, in ms.
 *
 * @example
 * ```ts
 * import type { Revocation, RevocationLimits } from '@revoked/core'
 *
 * const seconds = ({ maxTokenLifetime, writeTimeout }: RevocationLimits): string =>
 *   `marks are kept for ${maxTokenLifetime / 1_000} s, and a write takes ${writeTimeout / 1_000} s at most`
 * const log = (revocation: Revocation): void => console.log(seconds(revocation.limits))
 * ```
 */
export interface RevocationLimits extends Limits {
  /**
   * How long a revocation may be under way: until then it was stored, or has rejected. This is so
   * for each slice of 500 targets, so an array may take as many times as long as it has slices.
   */
  readonly writeTimeout: number
}

/**
 * Takes tokens back, and tells which were. Made by {@link createRevocation}.
 *
 * @example
 * ```ts
 * import type { Revocation } from '@revoked/core'
 *
 * // Depend on the interface: tests give it a `memoryStore`.
 * const accountsOf = (revocation: Revocation) => ({
 *   changePassword: (subject: string) => revocation.revoke({ subject }, { reason: 'password_changed' }),
 * })
 * ```
 */
export interface Revocation {
  /**
   * Revokes a token, a session, a subject, the bearers of a claim's value, or everything. Resolves
   * once stored.
   *
   * An array may be of any length. It is stored in order, in slices of 500 targets. Checks of the
   * same process go on meanwhile. Each slice revokes as of the time at which it begins, unless
   * `issuedBefore` is given, and has the deadline of a single write. If a slice fails, the slices
   * before it stay stored.
   *
   * @throws RevocationUnavailableError if the store failed: then it may or may not be revoked. Try
   * again, it is safe.
   * @throws BatchAbortedError if the `signal` was aborted before everything was stored.
   * @throws SettingsConflictError, ClockSkewError or MarkExpiredError if the options of services or
   * the clocks do not fit together. Trying again does not help: see the message.
   * @throws InvalidClaimsError, UnidentifiableTokenError, TokenLifetimeError, TypeError or
   * RangeError if the target or the options are wrong. Nothing was stored.
   */
  // The single target comes last: of overloads, the compiler explains the last one.
  revoke<T extends Target>(targets: readonly T[], options?: RevokeOptionsFor<T>): Promise<readonly RevokeResult[]>
  revoke<T extends Target>(target: T, options?: RevokeOptionsFor<T>): Promise<RevokeResult>

  /**
   * Whether the verified claims may pass. Never rejects because the store is unavailable: that is a
   * verdict. In the mode `'observe'`, the verdict on what would be refused is `observed`, with the
   * error, and it is allowed.
   *
   * @throws InvalidClaimsError or TokenLifetimeError if the claims are unusable. In the mode
   * `'observe'`, TokenLifetimeError only if the token has expired.
   */
  check(claims: Claims, options?: CheckOptions): Promise<Verdict>

  /**
   * Resolves if the claims may pass: in the mode `'observe'`, if they were revoked, too.
   *
   * @throws TokenRevokedError if they were revoked.
   * @throws RevocationUnavailableError if the store is unavailable and the policy is closed.
   */
  assertActive(claims: Claims, options?: CheckOptions): Promise<void>

  /**
   * Returns `true` if the claims must be refused as revoked, and `false` if they may pass: always,
   * in the mode `'observe'`.
   *
   * @throws RevocationUnavailableError if the store is unavailable and the policy is closed.
   */
  isRevoked(claims: Claims, options?: CheckOptions): Promise<boolean>

  /**
   * Returns every live mark that applies to the target, the most specific first: for support staff
   * and tools. For `{ token }`, these are the marks that `check` looks up. For any other target, it
   * is the mark of the target itself, with those of `ofSubject`, if it is given, and of everything.
   * An empty array means that the store has answered and holds none. The fail policy does not
   * apply.
   *
   * A token is explained even if `check` refuses it for its life. The `allowlist` is not asked: a
   * token that is not listed is refused without a mark.
   *
   * @throws RevocationUnavailableError if the store is unavailable, or could answer in part only.
   * @throws SettingsConflictError if the options of services exclude each other.
   * @throws InvalidClaimsError, TypeError or RangeError (rejects) if the target or the options are
   * wrong.
   */
  explain(target: Target, options?: ExplainOptions): Promise<readonly Explanation[]>

  /**
   * Forgets what was revoked under exactly these targets. A token that another mark revokes stays
   * revoked. An array is processed as that of `revoke`.
   *
   * @throws as `revoke` does.
   */
  reinstate(targets: Target | readonly Target[], options?: ReinstateOptions): Promise<void>

  /**
   * Returns `true` to exactly one of any number of callers with the same id, and `false` to all
   * others: for links, nonces, the `jti` of DPoP proofs and ids of webhooks. Verify what carries
   * the id before. Ids of `once` have a scope that no claim has. No fail policy applies.
   *
   * If it rejects, the id may be used or not. A retry is safe, and may get `false`: at most one
   * call of all gets `true`.
   *
   * @example
   * ```ts
   * import type { Revocation } from '@revoked/core'
   *
   * // A proof of RFC 9449, once its signature and its age were verified.
   * const isFirstUse = (revocation: Revocation, { jti, iat }: { jti: string; iat: number }): Promise<boolean> =>
   *   revocation.once(`dpop:${jti}`, { until: (iat + 60) * 1_000 })
   * ```
   *
   * @throws RevocationUnavailableError if the store failed.
   * @throws SettingsConflictError, ClockSkewError or MarkExpiredError as `revoke` does.
   * @throws TypeError or RangeError (rejects) for a wrong id or `until`. Nothing was stored.
   */
  once(id: string, options: OnceOptions): Promise<boolean>

  /**
   * Returns `revoke` and `reinstate` in a transaction of the caller, in the database of the store:
   * such as the one that bans the user. Nothing of it is seen before the commit, and if it is
   * rolled back, nothing happened. Call `afterCommit` of it after the commit.
   *
   * @param transaction - What the store says, such as the client of `pg` on which it was begun.
   * @throws TypeError if the store cannot write in a transaction of its caller, or if it is none.
   * @throws RangeError if the margin is more than `clockTolerance`.
   */
  within(transaction: unknown, options?: WithinOptions): RevocationWithin

  /**
   * Returns a page of the audit trail of the store, the latest entry first: who revoked and
   * reinstated what, when and why. What `everything`, or a claim, was revoked for is not found by
   * subject. Ids are as the store names them: hashed, if it hashes ids.
   *
   * @throws TypeError if the store keeps no audit trail.
   * @throws TypeError or RangeError (rejects) for a wrong option.
   * @throws RevocationUnavailableError if the store is unavailable.
   */
  audit(options?: AuditOptions): Promise<AuditPage>

  /**
   * Watches the token of a live connection, such as a WebSocket: the `signal` of the watch aborts
   * when the token is revoked, by any process, or expires. It also aborts if the store could not
   * confirm for longer than `maxStaleness` that the token is active, unless the fail policy lets it
   * pass. The policy is asked once per outage.
   *
   * The signal never aborts before this call has returned. It also aborts if `check` would refuse
   * the claims already, and, whatever the fail policy is, if the store was closed before this call.
   *
   * In the mode `'observe'`, it aborts when the token expires, if its claims cannot be used, and if
   * the store was closed before this call. The rest is reported, once per watch or outage.
   *
   * @example
   * ```ts
   * import { createRevocation } from '@revoked/core'
   * import { memoryStore } from '@revoked/store-memory'
   * import type { EventEmitter } from 'node:events'
   *
   * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
   *
   * interface Socket extends EventEmitter {
   *   close(code: number, reason: string): void
   * }
   *
   *  // Call it with the claims of a token that was verified when the socket was opened.
   * export function closeWhenRevoked(socket: Socket, claims: { sub: string; jti: string; exp: number }) {
   *   const { signal, close } = revocation.watch(claims)
   *   signal.addEventListener('abort', () => socket.close(4000 + signal.reason.status, signal.reason.code))
   *   socket.on('close', close)
   * }
   * ```
   *
   * @throws TypeError if the store cannot be followed.
   * @throws TypeError or RangeError for wrong options.
   */
  watch(claims: Claims, options?: WatchOptions): Watch

  /**
   * Resolves once the settings of this service are agreed with all services over the store. Call it
   * at start to find out about a conflict. Without it, the first check or revocation does the same.
   *
   * @throws SettingsConflictError if another service has an option that excludes one of this
   *   service.
   * @throws ClockSkewError if the clock of the store is too far away from that of this service.
   * @throws RevocationUnavailableError if the store is unavailable.
   */
  ready(): Promise<void>

  /** In ms. An issuer stays below `maxTokenLifetime`, a verifier allows `clockTolerance`. */
  readonly limits: RevocationLimits
  /** As it was given. With `'*'`, every target but `{ token }` must name its issuer. */
  readonly issuer: string | undefined
  /** As it was given: `'enforce'`, or `'observe'`, in which no check refuses. */
  readonly mode: RevocationMode
  /** The clock that it was given. */
  readonly now: () => number
}

/**
 * The one entry point: decides, over any {@link RevocationStore}, which verified tokens may still
 * pass.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 *
 * const claims = { sub: 'alice', jti: 'a1', iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 900 }
 * await revocation.revoke({ token: claims })
 * const verdict = await revocation.check(claims)
 * console.log(verdict.status) // revoked
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createRevocation(options: RevocationOptions): Revocation {
  const parsed = readOptions(options)
  const settings: AgreeingSettings = { ...parsed, agreement: createAgreement(parsed) }
  const { maxTokenLifetime, clockTolerance, writeDeadline, issuer, mode, now } = settings
  const check = createCheck(settings)
  const writer = createWriter(settings)

  return Object.freeze({
    revoke: takingAny(writer.revoke),
    check,
    assertActive: async (claims: Claims, options?: CheckOptions) => assertAllowed(await check(claims, options)),
    isRevoked: async (claims: Claims, options?: CheckOptions) => {
      const verdict = await check(claims, options)
      if (verdict.status === 'revoked') return true
      assertAllowed(verdict)
      return false
    },
    explain: createExplain(settings),
    reinstate: (targets: Target | readonly Target[], options: ReinstateOptions = {}) =>
      writer.reinstate(targetsOf(targets), options),
    once: createOnce(settings),
    within: (transaction: unknown, options?: WithinOptions) => openWithin(settings, transaction, options),
    audit: createTrailReader(settings),
    watch: createWatch(settings),
    ready: () => agreeNow(settings),
    limits: Object.freeze({ maxTokenLifetime, clockTolerance, writeTimeout: writeDeadline }),
    issuer,
    mode,
    now,
    [settingsKey]: () => settings,
  })
}
