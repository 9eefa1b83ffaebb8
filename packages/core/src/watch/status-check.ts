import type { Allowlist } from '../allowlist/allowlist.ts'
import type { ClaimsPolicy } from '../claims/claims.ts'
import { withDeadline } from '../deadline.ts'
import { TokenRevokedError } from '../errors.ts'
import type { FollowedStore } from '../follow/observable-store.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import type { Key, KeyedMark } from '../store/store.ts'
import { isPartialAnswer } from '../store-errors.ts'
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
  const { allowlist } = settings
  let lastFailure: unknown

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

  /** Returns false if a mark refuses the token, or cannot be read. */
  function isUnrevoked(watched: WatchedToken, marks: KeyMap<KeyedMark>, { refused }: StatusCallbacks): boolean {
    try {
      const reason = judge(watched, marks)
      if (reason === undefined) return true
      refused(watched, reason)
    } catch (cause) {
      lastFailure = cause
    }
    return false
  }

  /** Returns the marks of tokens. If the store has failed, those that it knows are not complete. */
  async function askMarks(batch: readonly WatchedToken[]): Promise<{ marks: KeyMap<KeyedMark>; areComplete: boolean }> {
    try {
      return {
        marks: byKey(await withDeadline(settings.store.find(distinctKeys(batch)), timeoutMs)),
        areComplete: true,
      }
    } catch (cause) {
      lastFailure = cause
      return { marks: knownMarks(cause), areComplete: false }
    }
  }

  async function run(batch: readonly WatchedToken[], callbacks: StatusCallbacks): Promise<void> {
    let prepared: readonly WatchedToken[]
    try {
      const policy = await agreedPolicy(settings, timeoutMs)
      prepared = batch.filter((watched) => prepare(watched, policy, callbacks))
    } catch (cause) {
      lastFailure = cause
      return
    }
    // Both are asked in the same turn.
    const listing = listedAmong(prepared, settings, timeoutMs).catch((cause: unknown) => {
      lastFailure = cause
    })
    const { marks, areComplete } = await askMarks(prepared)
    const unrevoked = prepared.filter((watched) => isUnrevoked(watched, marks, callbacks))
    const listed = await listing
    for (const watched of unrevoked) {
      if (allowlist !== undefined && listed?.has(watched) === false) callbacks.refused(watched, notListed(allowlist))
      else if (areComplete && listed !== undefined) callbacks.active(watched)
    }
  }

  return { run, lastFailure: () => lastFailure }
}

/** Returns what services have agreed on, or did before the store failed. */
async function agreedPolicy({ agreement, now }: AgreeingSettings, timeoutMs: number): Promise<ClaimsPolicy> {
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

/** Returns the tokens that are listed: all of them without an allowlist. */
async function listedAmong(
  batch: readonly WatchedToken[],
  { allowlist, now, hasSystemClock }: AgreeingSettings,
  timeoutMs: number,
): Promise<ReadonlySet<WatchedToken>> {
  if (allowlist === undefined) return new Set(batch)
  const at = now()
  const tokens = batch.map(({ lookup }) => lookup.token)
  const listed = await withDeadline(
    allowlist.listsAll(tokens, { at, readAt: hasSystemClock ? at : undefined }),
    timeoutMs,
  )
  return new Set(batch.filter((_, index) => listed[index]))
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

/**
 * Returns the marks that a store knows although it has failed. They are enough to refuse a token,
 * and never to let it pass.
 */
function knownMarks(cause: unknown): KeyMap<KeyedMark> {
  try {
    return byKey(isPartialAnswer(cause) ? cause.known : [])
  } catch {
    // The answer is no more readable than its cause says.
    return createKeyMap<KeyedMark>()
  }
}

function notListed({ refusal }: Allowlist): TokenRevokedError {
  return new TokenRevokedError(refusal.by, refusal.reason)
}

function byKey(found: readonly KeyedMark[]): KeyMap<KeyedMark> {
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  const marks = createKeyMap<KeyedMark>()
  for (const keyed of found as readonly KeyedMark[]) marks.set(keyed.key, keyed)
  return marks
}
