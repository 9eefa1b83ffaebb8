/** The options that the guards of all frameworks share. */
import type { Duration, FailDecision, RevocationMode, RevocationUnavailableError } from '@revoked/core'
import type { Answer } from './answer.ts'
import { assertKnownOptions, hookNames, type OptionNames } from './known-options.ts'
import type { VerifiesTokens } from './verifies-tokens.ts'

/**
 * Functions that learn why requests were refused. For logs: clients learn nothing of it.
 *
 * @example
 * ```ts
 * import type { RefusalHooks } from '@revoked/http'
 *
 * const hooks: RefusalHooks<{ url?: string }> = {
 *   onUnavailable: (error, { url }) => console.error('503', url, error),
 *   onRefused: (error, { url }) => console.info('401', url, error),
 * }
 * ```
 */
export interface RefusalHooks<Request> {
  /**
   * Called with every error that is answered 503, or would be in the mode `'enforce'`: the store or
   * the keys are unavailable, and `error.cause` holds why. What it throws or rejects with changes
   * no answer.
   */
  readonly onUnavailable?: ((error: unknown, request: Request, outcome: RequestOutcome) => unknown) | undefined
  /**
   * Called with the reason of every 400 and 401, and of those that would be in the mode
   * `'enforce'`: the error of this library or of the framework's JWT plugin, with its `code`,
   * `problem` or `claim`. What it throws or rejects with changes no answer.
   */
  readonly onRefused?: ((error: unknown, request: Request, outcome: RequestOutcome) => unknown) | undefined
}

/**
 * What became of a request that is refused, or would be.
 *
 * @example
 * ```ts
 * import type { RequestOutcome } from '@revoked/http'
 *
 * const line = ({ answer, refused }: RequestOutcome): string => `${refused ? 'answered' : 'would answer'} ${answer.status}`
 * ```
 */
export interface RequestOutcome {
  /** The answer that the client gets, or would get in the mode `'enforce'`. */
  readonly answer: Answer
  /** `false` if the request goes on, because the mode is `'observe'`. */
  readonly refused: boolean
}

/**
 * Options for every guard.
 *
 * @example
 * ```ts
 * import { failOpenForReads, type GuardOptions } from '@revoked/http'
 *
 * const options: GuardOptions<{ method: string }> = {
 *   failPolicy: failOpenForReads,
 *   onUnavailable: (error) => console.error('tokens cannot be checked', error),
 * }
 * ```
 */
export interface GuardOptions<Request> extends RefusalHooks<Request> {
  /**
   * What an unavailable store means for these requests, in place of the policy of the revocation:
   * `'closed'` refuses, `'open'` lets them pass. A function decides per request, as
   * `failOpenForReads` does. If it throws, or returns anything but `'open'`, the request is
   * refused.
   */
  readonly failPolicy?: FailDecision | ((request: Request, error: RevocationUnavailableError) => FailDecision)
  /**
   * `'observe'` lets these requests pass if their token was revoked or is not listed, if the store
   * is unavailable, or if the token lives too long, and reports them. `'enforce'` refuses them.
   * Everything else is refused in any mode. Default: the mode of the revocation.
   */
  readonly mode?: RevocationMode
  /**
   * `'required'` refuses tokens without `sub`, so that the subject of every request can be revoked
   * (RFC 9068, section 2.2, demands the claim). `'optional'` lets them pass: `sub` may be
   * `undefined` then, whatever its type says.
   *
   * @default 'required'
   */
  readonly subject?: 'required' | 'optional'
  /**
   * How long ago the user may have proved who they are, by `auth_time` of the token: whole seconds,
   * such as `'5m'`. A token with an older one, or with none, is refused with the challenge of RFC
   * 9470, and stays as good as before for other routes.
   */
  readonly maxAge?: Duration
  /**
   * The clock for `maxAge`, in ms since the epoch. Default `Date.now`, or that of the revocation.
   */
  readonly now?: () => number
}

/**
 * Options for guards that verify tokens.
 *
 * @example
 * ```ts
 * import type { RequireTokenOptions, VerifiesTokens } from '@revoked/http'
 *
 * const options = (tokens: VerifiesTokens): RequireTokenOptions<{ cookies: { token?: string } }> => ({
 *   tokens,
 *   getToken: ({ cookies }) => cookies.token,
 * })
 * ```
 */
export interface RequireTokenOptions<Request> extends GuardOptions<Request> {
  /** From one of the factories of `@revoked/jose`. */
  readonly tokens: VerifiesTokens
  /**
   * Returns the token if it is not in the `Authorization` header (it is in a cookie, say), or
   * `undefined` if the request has none. An error that it throws goes to the framework.
   */
  readonly getToken?: (request: Request) => string | undefined | Promise<string | undefined>
  /**
   * How long finding and verifying a token may take, keys that must be fetched included. The answer
   * is 503 then.
   *
   * @default '15s'
   */
  readonly timeout?: Duration
}

/**
 * Asserts that there are known options only, and that the hooks among them are functions.
 *
 * @param names - Those of all options that the caller takes.
 * @throws TypeError for wrong options.
 */
export function assertHooks(options: RefusalHooks<never>, names: OptionNames<RefusalHooks<never>> = hookNames): void {
  assertKnownOptions(options, names)
  const { onUnavailable, onRefused } = options
  for (const [name, hook] of Object.entries({ onUnavailable, onRefused }))
    if (hook !== undefined && typeof hook !== 'function') throw new TypeError(`${name} must be a function.`)
}
