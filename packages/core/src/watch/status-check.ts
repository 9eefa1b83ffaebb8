import type { ClaimsPolicy } from '../claims/claims.ts'
import { withDeadline } from '../deadline.ts'
import { isPartialAnswer, type TokenRevokedError } from '../errors.ts'
import type { FollowedStore } from '../follow/observable-store.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import type { Key, KeyedMark } from '../store/store.ts'
import { createKeyMap, type KeyMap } from './key-map.ts'
import { lookupOf, revokedBy, type TokenLookup, type WatchedToken } from './watched-token.ts'

/** Checks watched tokens in the store, many at a time. */
export interface StatusCheck {
  /** Looks the tokens up once, and calls back for each. Never rejects. */
  readonly run: (batch: readonly WatchedToken[], callbacks: StatusCallbacks) => Promise<void>
  /** Returns the last failure. It stays when checks succeed again. */
  readonly lastFailure: () => unknown
}

/** Callbacks of a {@link StatusCheck}. */
interface StatusCallbacks {
  /** Services revoke by other claims than before: called before the token is looked up. */
  readonly changed: (watched: WatchedToken, lookup: TokenLookup) => void
  readonly active: (watched: WatchedToken) => void
  /** The token must be refused, for that reason. */
  readonly refused: (watched: WatchedToken, reason: unknown) => void
}

/** Options for {@link createStatusCheck}. */
export interface StatusCheckOptions {
  readonly settings: AgreeingSettings
  readonly followed: FollowedStore
  /** The time in ms after which the store has failed. */
  readonly timeoutMs: number
}

/**
 * Returns the check. A token about which the store does not answer is neither active nor refused.
 */
export function createStatusCheck({ settings, followed, timeoutMs }: StatusCheckOptions): StatusCheck {
  let lastFailure: unknown

  /** Returns what services have agreed on, or did before the store failed. */
  async function agreedPolicy(): Promise<ClaimsPolicy> {
    const { agreement, now } = settings
    const agreed = agreement.forCheck(now())
    if (agreed !== undefined) return agreed.policy
    return await withDeadline(agreement.renew(), timeoutMs).then(
      ({ policy }) => policy,
      (cause: unknown) => {
        const last = agreement.last()
        if (last === undefined) throw cause
        return last.policy
      },
    )
  }

  /** Looks up the keys by these claims. Returns false if the token cannot be used with them. */
  function prepare(watched: WatchedToken, policy: ClaimsPolicy, { changed, refused }: StatusCallbacks): boolean {
    if (watched.lookup.policy === policy) return true
    try {
      changed(watched, lookupOf(watched.claims, policy, { settings, followed }))
      return true
    } catch (reason) {
      refused(watched, reason)
      return false
    }
  }

  /**
   * Returns the mark that revokes a token. A mark that cannot be read is a failure of the store.
   */
  function judge(watched: WatchedToken, marks: KeyMap<KeyedMark>): TokenRevokedError | undefined {
    const { keys } = watched.lookup
    return revokedBy(
      watched,
      keys,
      keys.flatMap((key) => marks.get(key) ?? []),
    )
  }

  function report(watched: WatchedToken, marks: KeyMap<KeyedMark>, callbacks: StatusCallbacks): void {
    try {
      const reason = judge(watched, marks)
      if (reason === undefined) callbacks.active(watched)
      else callbacks.refused(watched, reason)
    } catch (cause) {
      lastFailure = cause
    }
  }

  async function run(batch: readonly WatchedToken[], callbacks: StatusCallbacks): Promise<void> {
    let prepared: readonly WatchedToken[] = []
    try {
      const policy = await agreedPolicy()
      prepared = batch.filter((watched) => prepare(watched, policy, callbacks))
      const found = await withDeadline(settings.store.find(distinctKeys(prepared)), timeoutMs)
      const marks = byKey(found)
      for (const watched of prepared) report(watched, marks, callbacks)
    } catch (cause) {
      lastFailure = cause
      if (isPartialAnswer(cause)) refuseKnown(prepared, cause.known, callbacks)
    }
  }

  /** Marks that are known are enough to refuse a token, and never to let it pass. */
  function refuseKnown(
    prepared: readonly WatchedToken[],
    known: readonly KeyedMark[],
    callbacks: StatusCallbacks,
  ): void {
    try {
      const marks = byKey(known)
      for (const watched of prepared) report(watched, marks, { ...callbacks, active: () => {} })
    } catch {
      // The answer is no more readable than its cause says.
    }
  }

  return { run, lastFailure: () => lastFailure }
}

function distinctKeys(batch: readonly WatchedToken[]): readonly Key[] {
  const known = createKeyMap<true>()
  return batch.flatMap(({ lookup }) =>
    lookup.keys.filter((key) => {
      if (known.get(key)) return false
      known.set(key, true)
      return true
    }),
  )
}

function byKey(found: readonly KeyedMark[]): KeyMap<KeyedMark> {
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  const marks = createKeyMap<KeyedMark>()
  for (const keyed of found as readonly KeyedMark[]) marks.set(keyed.key, keyed)
  return marks
}
