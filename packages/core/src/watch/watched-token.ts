import type { FailPolicy } from '../check/fail-policy.ts'
import { judge } from '../check/verdict.ts'
import { type Claims, type ClaimsPolicy, readToken, type Token } from '../claims/claims.ts'
import { tokenKeys } from '../claims/token-keys.ts'
import { TokenRevokedError } from '../errors.ts'
import type { FollowedStore } from '../follow/observable-store.ts'
import type { Settings } from '../options.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import type { IdNamer } from '../store/id-namer.ts'
import type { Key, KeyedMark } from '../store/store.ts'

/** The token of a live connection, as long as it is watched. */
export interface WatchedToken {
  readonly claims: Claims
  readonly isRefresh: boolean
  readonly failPolicy: FailPolicy
  /** When checks begin to refuse it for its age, in ms since the epoch. */
  readonly endsAt: number
  /** Ends the watch with that reason. */
  readonly end: (reason: unknown) => void
  /** What its marks are looked up by. Another one if services revoke by more claims than before. */
  lookup: TokenLookup
  /** An instant of the monotonic clock, in ms, at which it was not revoked. */
  provenAt: number
}

/** A token as the claims that can be revoked describe it, with its keys. */
export interface TokenLookup {
  readonly policy: ClaimsPolicy
  readonly token: Token
  readonly keys: readonly Key[]
  /** The same keys, as the logs name them. */
  readonly logKeys: readonly Key[]
  /** The logs that carry changes of these keys. */
  readonly logs: readonly number[]
  readonly nameId: IdNamer
}

/**
 * Returns the keys of a token, for these claims that can be revoked.
 *
 * @throws InvalidClaimsError
 */
export function lookupOf(
  claims: Claims,
  policy: ClaimsPolicy,
  { settings, followed }: { readonly settings: Settings; readonly followed: FollowedStore },
): TokenLookup {
  const token = readToken(claims, policy)
  const scoped = tokenKeys(token, policy)
  const keys = settings.alsoUnscoped ? withUnscoped(scoped) : scoped
  return {
    policy,
    token,
    keys,
    logKeys: keys.map((key) => followed.logKey(key)),
    logs: [...new Set(keys.map((key) => followed.logOf(key)))],
    nameId: settings.nameId,
  }
}

/**
 * Returns the error of a token that one of these marks revokes, and `undefined` if none does. It is
 * judged as in a check.
 *
 * @param keys - its keys, as the marks name them.
 * @throws CorruptMarkError
 */
export function revokedBy(
  { lookup, isRefresh }: WatchedToken,
  keys: readonly Key[],
  marks: readonly KeyedMark[],
): TokenRevokedError | undefined {
  const { token, nameId } = lookup
  const verdict = judge({ token, keys, isRefresh, nameId }, marks)
  return verdict.status === 'revoked' ? new TokenRevokedError(verdict.by, verdict.reason) : undefined
}
