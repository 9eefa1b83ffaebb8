import { type ClaimsPolicy, readToken } from '../claims/claims.ts'
import { formOf, subjectKey, type Target, targetKey } from '../claims/target.ts'
import { exemptionId, keyIn, tokenKeys } from '../claims/token-keys.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { Settings } from '../options.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import { markRevokes, revokesAny } from '../store/mark.ts'
import type { Key, KeyedMark } from '../store/store.ts'
import { CorruptMarkError } from '../store-errors.ts'
import { orUnavailable } from './fail-policy.ts'
import { type MarkedTokens, markedIn, markedTokens } from './verdict.ts'

/**
 * A live mark that applies to a target, for people and tools that ask why a token is refused.
 * Instants are ms since the epoch.
 *
 * @example
 * ```ts
 * import type { Explanation } from '@revoked/core'
 *
 * function describe({ scope, cutoff, reason = 'no reason', revokes }: Explanation): string {
 *   const reach = cutoff === Infinity ? 'all of it' : `what was issued until ${new Date(cutoff).toISOString()}`
 *   return `${scope}: ${revokes ? 'revokes' : 'would revoke'} ${reach} (${reason})`
 * }
 * ```
 */
export interface Explanation {
  /** The scope of the mark: `jti`, `sid`, `sub`, `all` or the name of a claim. */
  readonly scope: string
  /**
   * Tokens issued at or before it are revoked. `Infinity`: all of them. `-Infinity`: none, because
   * the mark has a `refreshBefore` alone.
   */
  readonly cutoff: number
  /** The mark may be forgotten from here on. */
  readonly expiresAt: number
  /** The reason that was given with the largest cutoff, if any. */
  readonly reason?: string
  /** Access tokens whose claims were looked up at or before it are refused (`allowRefresh`). */
  readonly refreshBefore?: number
  /** Whether the mark exempts any session or token (`except`). */
  readonly hasExemptions: boolean
  /**
   * Of a token: whether this very mark refuses it. Of another target: whether the mark refuses
   * tokens of the target that were issued until now. It is `false` if it exempts the session or the
   * token that is the target.
   */
  readonly revokes: boolean
}

/**
 * Options of `explain`.
 *
 * @example
 * ```ts
 * import type { Claims, ExplainOptions, Revocation } from '@revoked/core'
 *
 * const options: ExplainOptions = { refresh: true }
 * const whyNoRefresh = (revocation: Revocation, claims: Claims) => revocation.explain({ token: claims }, options)
 * ```
 */
export interface ExplainOptions {
  /**
   * The claims of the target `{ token }` are those of a refresh token, as with `check`. Default
   * `false`.
   */
  readonly refresh?: boolean | undefined
}

const optionNames: OptionNames<ExplainOptions> = { refresh: true }

/** The earliest instants that claims can name: a mark that refuses any token refuses this one. */
const earliest = { issuedAt: 0, claimsAt: 0 }

/** How the claims of a token are read. */
interface Reading {
  readonly isRefresh: boolean
  readonly policy: ClaimsPolicy
}

/** What is looked up for a target, and what its marks are compared with. */
interface Question {
  readonly keys: readonly Key[]
  readonly tokens: MarkedTokens
}

/**
 * Creates `explain`: one look-up of the store, by the keys that `check` uses. A failure of the
 * store rejects, and so does an answer in part: an empty list means that there is no mark.
 */
export function createExplain(
  settings: AgreeingSettings,
): (target: Target, options?: ExplainOptions) => Promise<readonly Explanation[]> {
  const { store, checkDeadline, agreement, now, alsoUnscoped } = settings

  /** Returns which claims are looked up. Those of before an outage count, as in a check. */
  async function agreedPolicy(): Promise<ClaimsPolicy> {
    const agreed = agreement.forCheck(now())
    if (agreed !== undefined) return agreed.policy
    return await agreement.renew().then(
      ({ policy }) => policy,
      (cause: unknown) => {
        const last = agreement.last()
        if (last === undefined) throw cause
        return last.policy
      },
    )
  }

  return async (target, options = {}) => {
    const isRefresh = readRefresh(options)
    // A wrong target rejects as such, whatever the store does.
    questionOf(target, settings, { isRefresh, policy: settings })
    return await orUnavailable(checkDeadline, async () => {
      const { keys, tokens } = questionOf(target, settings, { isRefresh, policy: await agreedPolicy() })
      const asked = alsoUnscoped ? withUnscoped(keys) : keys
      return explain(asked, tokens, await store.find(asked))
    })
  }
}

function readRefresh(options: ExplainOptions): boolean {
  assertKnownOptions(options, optionNames)
  const { refresh = false } = options
  if (typeof refresh !== 'boolean') throw new TypeError('The option refresh of explain must be a boolean.')
  return refresh
}

/**
 * Returns the question about a target. That about a token is the one of a check. The mark of any
 * other target is looked up with those that reach further: of `ofSubject`, if it is given, and of
 * everything.
 *
 * @throws as `revoke` does for a wrong target.
 */
function questionOf(target: Target, settings: Settings, { isRefresh, policy }: Reading): Question {
  const { nameId } = settings
  if (formOf(target) === 'token' && target.token !== undefined) {
    const token = readToken(target.token, policy)
    return { keys: tokenKeys(token, policy), tokens: markedTokens({ token, isRefresh, nameId }) }
  }
  const own = targetKey(target, settings)
  const keys = new Map(
    [own, subjectKey(target, settings), keyIn(target.issuer, 'all', '')].map((key) => [key?.scope, key]),
  )
  const tokens = { ...earliest, exemptionId: exemptionId({ sid: target.session, id: target.jti }, nameId) }
  return { keys: [...keys.values()].filter((key) => key !== undefined), tokens: { ofToken: tokens, ofSession: tokens } }
}

/** Returns the marks of the keys, in the order of the keys. */
function explain(keys: readonly Key[], tokens: MarkedTokens, found: readonly KeyedMark[]): readonly Explanation[] {
  if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
  return keys.flatMap(({ scope, value }) =>
    (found as readonly KeyedMark[]).flatMap(({ key, mark }) => {
      if (key.scope !== scope || key.value !== value) return []
      if (!revokesAny(mark))
        throw new CorruptMarkError('The store found a mark that revokes nothing under a key of revocations.')
      const { cutoff, expiresAt, reason, refreshBefore, exemptions } = mark
      return {
        scope,
        cutoff,
        expiresAt,
        ...(reason !== undefined && { reason }),
        ...(refreshBefore !== undefined && { refreshBefore }),
        hasExemptions: exemptions !== undefined,
        revokes: markRevokes(mark, markedIn(scope, tokens)),
      }
    }),
  )
}
