import type { Answer } from './answer.ts'
import type { Endpoint } from './endpoint.ts'
import { problemOf } from './refusals.ts'

/** What every endpoint takes. */
export interface OutageOptions {
  /** Told of every request that failed because store or keys were away: `error.cause` holds why. For logs; clients are not told. */
  readonly onUnavailable?: (error: unknown) => void
}

/**
 * Answers for an endpoint whose store or keys are away. Any other error is a defect, and goes to the framework.
 *
 * @throws TypeError for wrong options.
 */
export function answerOutages(endpoint: Endpoint, { onUnavailable }: OutageOptions, answer: Answer): Endpoint {
  if (onUnavailable !== undefined && typeof onUnavailable !== 'function')
    throw new TypeError('onUnavailable must be a function.')
  return async (request) => {
    try {
      return await endpoint(request)
    } catch (error) {
      if (problemOf(error) !== 'unavailable') throw error
      onUnavailable?.(error)
      return answer
    }
  }
}
