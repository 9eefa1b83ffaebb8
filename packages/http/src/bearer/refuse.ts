import type { Answer } from './answer.ts'
import { BearerTokenError } from './bearer-token-error.ts'
import { callHook } from './call-hook.ts'
import type { RefusalHooks } from './guard-options.ts'
import { type Problem, problemOf, refusalFor, refusalOf } from './refusals.ts'

/**
 * Returns the answer to an error and reports it to the hook that it concerns. `undefined` if the
 * error is no refusal: it goes to the framework.
 *
 * @param problem what the error means. The default knows the errors of this library only.
 */
export function refuse<Request>(
  error: unknown,
  request: Request,
  hooks: RefusalHooks<Request>,
  problem: Problem | undefined = problemOf(error),
): Answer | undefined {
  if (problem === undefined) return undefined
  const hook = problem === 'unavailable' ? hooks.onUnavailable : hooks.onRefused
  if (hook !== undefined) void callHook(hook, error, request)
  return refusalOf(problem, error)
}

/** Returns the answer to a request without a token that can be read, and reports it. */
export function refuseWithoutToken<Request>(
  problem: 'missing' | 'malformed',
  request: Request,
  hooks: RefusalHooks<Request>,
): Answer {
  if (hooks.onRefused !== undefined) {
    const code = problem === 'missing' ? 'ERR_TOKEN_MISSING' : 'ERR_TOKEN_MALFORMED'
    void callHook(hooks.onRefused, new BearerTokenError(code), request)
  }
  return refusalFor(problem)
}
