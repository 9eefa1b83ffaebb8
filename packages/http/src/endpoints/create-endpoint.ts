import type { Duration } from '@revoked/core'
import type { Answer } from '../bearer/answer.ts'
import { asError } from '../bearer/as-error.ts'
import { callHook } from '../bearer/call-hook.ts'
import { beforeDeadline, readTimeout } from '../bearer/deadline.ts'
import { assertKnownOptions, hookNames, type OptionNames } from '../bearer/known-options.ts'
import { problemOf } from '../bearer/refusals.ts'
import { type Endpoint, type EndpointRequest, methodNotAllowed } from './endpoint.ts'

/**
 * Options that every endpoint takes.
 *
 * @example
 * ```ts
 * import type { EndpointOptions } from '@revoked/http'
 *
 * const options: EndpointOptions = {
 *   timeout: '5s',
 *   onUnavailable: (error) => console.error('no logout is stored', error),
 * }
 * ```
 */
export interface EndpointOptions {
  /**
   * How long a request may take in all, the body included; it is answered as an outage then.
   * Default `'15s'`, which is longer than a write of the revocation may take (`'5s'`).
   */
  readonly timeout?: Duration
  /**
   * Called for every request that fails because the store or the keys are unavailable, or because
   * of the timeout; `error.cause` holds why. For logs: clients do not see it.
   */
  readonly onUnavailable?: (error: unknown, request: EndpointRequest) => unknown
  /**
   * Called for every token that is refused, with the reason: `code`, `problem` and `claim` of the
   * error. For logs: clients do not see it.
   */
  readonly onRefused?: (error: unknown, request: EndpointRequest) => unknown
}

export const endpointOptionNames: OptionNames<EndpointOptions> = { ...hookNames, timeout: true }

/** How one endpoint answers. */
export interface EndpointAnswers {
  /** Those of all options that the endpoint takes. */
  readonly optionNames: OptionNames<EndpointOptions>
  /** The answer while the store or the keys are unavailable. */
  readonly outage: Answer
  /** Answers a POST. An error of this library that means an outage becomes {@link outage}. */
  readonly respond: (request: EndpointRequest, report: Report) => Promise<Answer>
}

/** How an endpoint reports what becomes of a request. */
interface Report {
  /** Reports a refusal to the operator. */
  readonly refused: (error: unknown) => void
  /**
   * Sets what is called before a request is answered as an outage. At the timeout too, when
   * `respond` is still running.
   */
  readonly beforeOutage: (listener: (error: unknown) => unknown) => void
}

/** The answer to a body that does not end in time (RFC 9110, section 15.5.9): that is no outage. */
const slowBody: Answer = {
  status: 408,
  headers: { 'Cache-Control': 'no-store', Connection: 'close' },
  body: { error: 'invalid_request', error_description: 'The body did not arrive in time' },
}

/**
 * Creates an endpoint: the method, the deadline, outages and hooks, which all endpoints share. Any
 * other error is a defect, and the framework answers it.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createEndpoint(options: EndpointOptions, { optionNames, outage, respond }: EndpointAnswers): Endpoint {
  assertKnownOptions(options, optionNames)
  const { onUnavailable, onRefused, timeout = '15s' } = options
  for (const [name, hook] of Object.entries({ onUnavailable, onRefused }))
    if (hook !== undefined && typeof hook !== 'function') throw new TypeError(`${name} must be a function.`)
  const timeoutMs = readTimeout(timeout)

  return async (given) => {
    if (given.method !== 'POST') return methodNotAllowed
    const { request, isReading } = withLazyForm(given)
    let listener: ((error: unknown) => unknown) | undefined
    const report: Report = {
      refused: (error) => void callHook(onRefused, error, request),
      beforeOutage: (set) => {
        listener = set
      },
    }
    try {
      return await beforeDeadline(timeoutMs, respond(request, report))
    } catch (error) {
      if (problemOf(error) !== 'unavailable') throw asError(error)
      if (isReading()) return slowBody
      void callHook(listener, error)
      void callHook(onUnavailable, error, request)
      return outage
    }
  }
}

/** Reads the form once, however often it is asked for, and knows whether it is being read. */
function withLazyForm(given: EndpointRequest) {
  let reading = false
  let form: Promise<unknown> | undefined
  async function read(): Promise<unknown> {
    reading = true
    try {
      return await given.form()
    } finally {
      reading = false
    }
  }
  const request: EndpointRequest = {
    ...given,
    form: () => {
      form ??= read()
      return form
    },
  }
  return { request, isReading: () => reading }
}
