import type { Answer } from './answer.ts'
import { BearerTokenError } from './bearer-token-error.ts'
import { callHook } from './call-hook.ts'
import type { RefusalHooks, RequestOutcome } from './guard-options.ts'
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
  const answer = refusalOf(problem, error)
  report(error, request, hooks, { problem, answer, refused: true })
  return answer
}

/** Reports a request that goes on, because of the mode, with the answer that it would have got. */
export function reportObserved<Request>(error: Error, request: Request, hooks: RefusalHooks<Request>): void {
  const problem = problemOf(error)
  if (problem !== undefined)
    report(error, request, hooks, { problem, answer: refusalOf(problem, error), refused: false })
}

interface Reported extends RequestOutcome {
  readonly problem: Problem
}

function report<Request>(
  error: unknown,
  request: Request,
  { onUnavailable, onRefused }: RefusalHooks<Request>,
  { problem, answer, refused }: Reported,
): void {
  const hook = problem === 'unavailable' ? onUnavailable : onRefused
  if (hook !== undefined) void callHook(hook, error, request, { answer, refused })
}

/** Returns the answer to a request without a token that can be read, and reports it. */
export function refuseWithoutToken<Request>(
  problem: 'missing' | 'malformed',
  request: Request,
  hooks: RefusalHooks<Request>,
): Answer {
  const answer = refusalFor(problem)
  if (hooks.onRefused !== undefined) {
    const code = problem === 'missing' ? 'ERR_TOKEN_MISSING' : 'ERR_TOKEN_MALFORMED'
    report(new BearerTokenError(code), request, hooks, { problem, answer, refused: true })
  }
  return answer
}
