import { errorTypeOf } from './error-type.ts'
import { readTelemetryOptions, type TelemetryOptions } from './options.ts'
import { createTally } from './tally.ts'

/**
 * Functions to give to a guard or an endpoint of `@revoked/http`.
 *
 * @example
 * ```ts
 * import { refusalHooks, type RefusalHooks } from '@revoked/telemetry'
 *
 * const { onRefused, onUnavailable }: RefusalHooks = refusalHooks({ name: 'api' })
 * ```
 */
export interface RefusalHooks {
  /** Counts a request that was refused with 401, or an endpoint with 400. */
  readonly onRefused: (error: unknown) => void
  /** Counts a request that was refused with 503. */
  readonly onUnavailable: (error: unknown) => void
}

/**
 * Returns hooks for the guards of `@revoked/http`, which count the requests that are refused, by
 * the code of the error: also those whose token is missing, malformed, expired or wrongly signed,
 * which are never checked. The metric is `revoked.requests.refused`.
 *
 * @example
 * ```ts
 * import type { GuardOptions } from '@revoked/http'
 * import { refusalHooks } from '@revoked/telemetry'
 *
 * const hooks: Pick<GuardOptions<unknown>, 'onRefused' | 'onUnavailable'> = refusalHooks()
 * ```
 *
 * @throws TypeError for a wrong option.
 */
export function refusalHooks(options: TelemetryOptions = {}): RefusalHooks {
  const { meter, name } = readTelemetryOptions(options)
  const refused = createTally({
    meter,
    common: name === undefined ? {} : { 'revoked.name': name },
    name: 'revoked.requests.refused',
    description: 'Requests that a guard or an endpoint has refused, by the code of the error.',
    unit: '{request}',
  })
  const count = (error: unknown): void => refused.add({ 'error.type': errorTypeOf(error) })
  return Object.freeze({ onRefused: count, onUnavailable: count })
}
