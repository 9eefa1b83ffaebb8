import { orUnavailable } from '../check/fail-policy.ts'
import { type Duration, durationToMs } from '../claims/duration.ts'
import { type Target, targetKey } from '../claims/target.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { createWriter, type RevokeResult, type Writer } from '../revoke/revoke.ts'
import type { ReinstateOptions, RevokeOptionsFor } from '../revoke/revoke-options.ts'
import { takingAny, targetsOf } from '../revoke/targets.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { isTransactional } from '../store/transactional-store.ts'
import { createPending, type PendingBatch } from './pending.ts'

/**
 * The options of `within`.
 *
 * @example
 * ```ts
 * import type { Revocation, WithinOptions } from '@revoked/core'
 *
 * // The transaction takes half a second at most.
 * const options: WithinOptions = { margin: '500ms' }
 * const inside = (revocation: Revocation, transaction: unknown) => revocation.within(transaction, options)
 * ```
 */
export interface WithinOptions {
  /**
   * How far the cutoff of a subject, a claim or everything lies in the future, unless
   * `issuedBefore` is given: how long the transaction may take. At most `clockTolerance`. Default
   * `'1s'`, or `clockTolerance` if that is less.
   */
  readonly margin?: Duration
}

/**
 * What `afterCommit` has done.
 *
 * @example
 * ```ts
 * import type { CommitResult } from '@revoked/core'
 *
 * const mayIssueAt = ({ reissueAt = 0 }: CommitResult): Date => new Date(reissueAt * 1_000)
 * ```
 */
export interface CommitResult {
  /** Ms since the epoch: subjects, claims and everything are revoked until then, or later. */
  readonly at: number
  /**
   * The first `iat`, in whole seconds, that no revocation of the transaction reaches, if one has a
   * cutoff.
   */
  readonly reissueAt?: number
}

/**
 * Revocations in a transaction of the caller, by {@link Revocation.within}. If it is rolled back,
 * nothing happened. If it is committed, they are in force.
 *
 * @example
 * ```ts
 * import type { Revocation, RevocationWithin } from '@revoked/core'
 *
 * // `transact` runs a function in a transaction, as every client of a database can.
 * type Transact = (work: (transaction: unknown) => Promise<void>) => Promise<void>
 *
 * async function ban(revocation: Revocation, transact: Transact, subject: string): Promise<void> {
 *   let afterCommit: (() => Promise<unknown>) | undefined
 *   await transact(async (transaction) => {
 *     const inside: RevocationWithin = revocation.within(transaction)
 *     await inside.revoke({ subject }, { reason: 'banned', actor: 'admin-3' })
 *     // ... and the statement that bans the user.
 *     afterCommit = inside.afterCommit
 *   })
 *   await afterCommit?.()
 * }
 * ```
 */
export interface RevocationWithin {
  /**
   * As that of `Revocation`, within the transaction. If it rejects, roll back. `changed` says how
   * it is as the transaction sees it.
   *
   * The cutoff is `margin` after the call, because a token that is issued before the commit must
   * not survive it. Until then, a login of the subject is refused, except for the session of
   * `except`.
   */
  revoke<T extends Target>(targets: readonly T[], options?: RevokeOptionsFor<T>): Promise<readonly RevokeResult[]>
  revoke<T extends Target>(target: T, options?: RevokeOptionsFor<T>): Promise<RevokeResult>

  /** As that of `Revocation`, within the transaction. If it rejects, roll back. */
  reinstate(targets: Target | readonly Target[], options?: ReinstateOptions): Promise<void>

  /**
   * Call it once the transaction is committed, and only then, however short it was. It repeats the
   * revocations with the time of the call, outside the transaction, so that no token that was
   * issued before the commit survives, and makes all caches learn of the changes at once. A target
   * that was reinstated later in the transaction is left out. The audit trail has no entry of it.
   *
   * Without it, tokens survive that were issued between `margin` after `revoke` and the commit, and
   * caches learn of the changes as late as their `maxStaleness` allows.
   *
   * @throws RevocationUnavailableError if the store failed. Call it again, it is safe.
   */
  afterCommit(): Promise<CommitResult>

  /** The option `margin`, in ms. */
  readonly margin: number
}

const optionNames: OptionNames<WithinOptions> = { margin: true }

const defaultMarginMs = 1_000

/**
 * Returns the writing side within a transaction.
 *
 * @throws TypeError or RangeError if the store has no transactions, or for a wrong argument.
 */
export function openWithin(
  settings: AgreeingSettings,
  transaction: unknown,
  options: WithinOptions = {},
): RevocationWithin {
  assertKnownOptions(options, optionNames)
  const { store, writeDeadline } = settings
  if (!isTransactional(store)) {
    throw new TypeError(
      'The store cannot write in a transaction of its caller: sqliteStore of @revoked/store-sqlite and postgresStore of @revoked/store-postgres can, also behind a layered or mirrored store.',
    )
  }
  const marginMs = readMargin(options.margin, settings.clockTolerance)
  const inside = store.within(transaction)
  const writer = createWriter(settings, { inside, marginMs })
  const repetition = createWriter(settings, { isRepetition: true })
  const pending = createPending((target) => targetKey(target, settings))
  let isOver = false

  function assertUnderWay(): void {
    if (isOver) throw new TypeError('The transaction is over: call within again for the next one.')
  }

  return Object.freeze({
    revoke: takingAny(async (targets, given) => {
      assertUnderWay()
      if (given.dryRun !== undefined)
        throw new TypeError('dryRun does not go with a transaction, which can be rolled back.')
      const results = await writer.revoke(targets, given)
      pending.revoked(targets, given)
      return results
    }),
    reinstate: async (given: Target | readonly Target[], reinstateOptions: ReinstateOptions = {}) => {
      assertUnderWay()
      const targets = targetsOf(given)
      await writer.reinstate(targets, reinstateOptions)
      pending.reinstated(targets)
    },
    afterCommit: async () => {
      assertUnderWay()
      const at = settings.now()
      const reissueAt = await repeat(repetition, pending.batches(at))
      await orUnavailable(writeDeadline, () => inside.committed())
      isOver = true
      return { at, ...(reissueAt !== undefined && { reissueAt }) }
    },
    margin: marginMs,
  })
}

/** Revokes again what was revoked, and returns the largest `reissueAt`. */
async function repeat(writer: Writer, batches: readonly PendingBatch[]): Promise<number | undefined> {
  let latest: number | undefined
  for (const { targets, options } of batches) {
    for (const { reissueAt } of await writer.revoke(targets, options))
      if (reissueAt !== undefined) latest = Math.max(latest ?? reissueAt, reissueAt)
  }
  return latest
}

/** @throws TypeError or RangeError if it is no duration, or beyond what `issuedBefore` may have. */
function readMargin(margin: Duration | undefined, clockTolerance: number): number {
  if (margin === undefined) return Math.min(defaultMarginMs, clockTolerance)
  const ms = durationToMs(margin, 'margin')
  if (ms <= clockTolerance) return ms
  throw new RangeError(
    'margin must be at most clockTolerance: it would revoke tokens that do not exist yet. Call afterCommit for longer transactions.',
  )
}
