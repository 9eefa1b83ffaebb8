import type { Verdict } from '../check/verdict.ts'
import type { Token } from '../claims/claims.ts'
import type { SessionKey } from '../sessions/session-store.ts'
import type { RevocationStore } from '../store/store.ts'
import type { AllowlistOptions } from './allowlist-options.ts'
import { createListedSessions } from './listed-sessions.ts'

/** The list of sessions whose tokens may pass. A token without `sub` or id is not listed. */
export interface Allowlist {
  /** The verdict on a token that is not listed. */
  readonly refusal: Extract<Verdict, { readonly status: 'revoked' }>
  /**
   * Sends the look-up of a token before it returns. Never throws: if the store of sessions does,
   * the answer rejects.
   */
  readonly lists: (token: Token, instant: LookupInstant) => boolean | Promise<boolean>
  /** Looks many tokens up at once, always in the store of sessions. Never throws. */
  readonly listsAll: (tokens: readonly Token[], instant: LookupInstant) => Promise<readonly boolean[]>
  /** Forgets that a token was listed. To be called if a mark revokes it. */
  readonly forget: (token: Token) => void
}

/** When a token is looked up. */
interface LookupInstant {
  /** In ms since the epoch. */
  readonly at: number
  /** The same, if the clock is that of the system and stores may share its reading. */
  readonly readAt: number | undefined
}

/** About 24 MB with UUIDs (Node 20.20), and as many as a layered store caches by default. */
const maxCached = 100_000

/**
 * Returns the allowlist. What is listed is cached only if `store` answers from this process, and
 * each check would not wait otherwise. A session that is closed stays cached until the expiry that
 * was known: it is refused because closing it has also revoked its id, and marks are always looked
 * up. That a token is not listed is never cached.
 */
export function createAllowlist({ sessions, by = 'sid' }: AllowlistOptions, store: RevocationStore): Allowlist {
  const cache = answersFromProcess(store) ? createListedSessions(maxCached) : undefined

  function keyOf({ sub, sid, id }: Token): SessionKey | undefined {
    const listedId = by === 'sid' ? sid : id
    return sub === undefined || listedId === undefined ? undefined : { subject: sub, id: listedId }
  }

  function judge(key: SessionKey, answer: unknown, at: number): boolean {
    const expiresAt = readExpiry(readAnswer(answer, 1)[0])
    if (expiresAt === undefined || !(at < expiresAt)) return false
    cache?.add(key, expiresAt)
    return true
  }

  return {
    refusal: Object.freeze({ status: 'revoked', allowed: false, by, reason: 'not_listed' }),
    // Not an async function: a check stays synchronous if both stores are.
    lists: (token, { at, readAt }) => {
      const key = keyOf(token)
      if (key === undefined) return false
      if (cache?.has(key, at)) return true
      try {
        const answer: unknown = sessions.find([key], readAt)
        if (Array.isArray(answer)) return judge(key, answer, at)
        return Promise.resolve(answer).then((expiries) => judge(key, expiries, at))
      } catch (cause) {
        return Promise.reject(cause)
      }
    },
    listsAll: async (tokens, { at, readAt }) => {
      const keys = tokens.flatMap((token) => keyOf(token) ?? [])
      const answer = keys.length === 0 ? [] : readAnswer(await sessions.find(keys, readAt), keys.length)
      let next = 0
      return tokens.map((token) => {
        const expiresAt = keyOf(token) && readExpiry(answer[next++])
        return expiresAt !== undefined && at < expiresAt
      })
    },
    forget: (token) => {
      const key = cache && keyOf(token)
      if (key !== undefined) cache?.remove(key)
    },
  }
}

/** Returns true for caches and mirrors. They are the stores that others can observe. */
function answersFromProcess(store: RevocationStore): boolean {
  return 'observe' in store && typeof store.observe === 'function'
}

/** @throws TypeError if the answer of `find` is none, so that the store counts as unavailable. */
function readAnswer(answer: unknown, count: number): readonly unknown[] {
  if (Array.isArray(answer) && answer.length === count) return answer
  throw new TypeError('The store of sessions did not answer with an entry for each key.')
}

/** @throws TypeError likewise. */
function readExpiry(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && !Number.isNaN(value))) return value
  throw new TypeError('The store of sessions answered with an expiry that is not a number.')
}
