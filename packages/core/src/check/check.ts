import { type Claims, readToken, type Token } from '../claims/claims.ts'
import { assertBounded } from '../claims/lifetime.ts'
import { tokenKeys } from '../claims/target.ts'
import { isPartialAnswer } from '../errors.ts'
import type { Settings } from '../options.ts'
import type { Key, RevocationStore } from '../store/store.ts'
import { decide, type FailPolicy, unavailable, withDeadline } from './fail-policy.ts'
import { active, judge, type Verdict } from './verdict.ts'

/** What a single check may do differently. */
export interface CheckOptions {
  /** In place of the policy that `createRevocation` was given: "reads may go on while the store is away, writes may not". */
  readonly failPolicy?: FailPolicy | undefined
}

const activeAtOnce: Promise<Verdict> = Promise.resolve(active)

/** The reading side: one store call per check, whatever the number of scopes. */
export function createCheck(settings: Settings): (claims: Claims, options?: CheckOptions) => Promise<Verdict> {
  const { store, checkDeadline, now } = settings

  /** A store that throws has not answered, no more than one that rejects. */
  function ask(keys: readonly Key[]): ReturnType<RevocationStore['find']> {
    try {
      return store.find(keys)
    } catch (cause) {
      return Promise.reject(cause)
    }
  }

  /** What a store answers is believed only so far: what cannot be read is an answer that was not given. */
  async function judgeAnswer(
    token: Token,
    keys: readonly Key[],
    answer: ReturnType<RevocationStore['find']>,
    claims: Claims,
    failPolicy: FailPolicy,
  ): Promise<Verdict> {
    try {
      const found = isArray(answer) ? answer : await withDeadline(answer, checkDeadline)
      if (!Array.isArray(found)) throw new TypeError('The store did not answer with an array.')
      return judge(token, keys, found)
    } catch (cause) {
      return (
        judgePartly(token, keys, cause) ?? { status: 'unavailable', ...decide(failPolicy, unavailable(cause), claims) }
      )
    }
  }

  // Not an async function: where the store answers at once, that took 30 ns of 250 (Node 20.20, 2026-11).
  return (claims, options) => {
    try {
      const token = readToken(claims, settings)
      assertBounded(token, now(), settings)
      const keys = tokenKeys(token, settings)
      const answer = ask(keys)
      if (isArray(answer) && answer.length === 0) return activeAtOnce
      return judgeAnswer(token, keys, answer, claims, options?.failPolicy ?? settings.failPolicy)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** What is known of a token may be enough to refuse it. It is never enough to let it pass. */
function judgePartly(token: Token, keys: readonly Key[], cause: unknown): Verdict | undefined {
  if (!isPartialAnswer(cause)) return undefined
  const verdict = judge(token, keys, cause.known)
  return verdict.status === 'revoked' ? verdict : undefined
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray<T>(value: readonly T[] | Promise<readonly T[]>): value is readonly T[] {
  return Array.isArray(value)
}
