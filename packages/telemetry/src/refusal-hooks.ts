import { errorTypeOf } from './error-type.ts'
import { readTelemetryOptions, type TelemetryOptions } from './options.ts'
import { createTally } from './tally.ts'

/**
 * What a guard says of a request: it was refused, or goes on in the mode `'observe'`.
 *
 * @example
 * ```ts
 * import type { GuardOutcome } from '@revoked/telemetry'
 *
 * const label = ({ refused }: GuardOutcome): string => (refused ? 'refused' : 'would be refused')
 * ```
 */
export interface GuardOutcome {
  readonly refused: boolean
}

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
  /** Counts a request that was refused with 401, or an endpoint with 400, or would be. */
  readonly onRefused: (error: unknown, request?: unknown, outcome?: GuardOutcome) => void
  /** Counts a request that was refused with 503, or would be. */
  readonly onUnavailable: (error: unknown, request?: unknown, outcome?: GuardOutcome) => void
}

/**
 * Returns hooks for the guards of `@revoked/http`, which count the requests that are refused, by
 * the code of the error: also those whose token is missing, malformed, expired or wrongly signed,
 * which are never checked. The metric is `revoked.request.refused`, and that of requests which
 * only the mode `'observe'` lets pass is `revoked.request.observed`.
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
  const common = name === undefined ? {} : { 'revoked.name': name }
  const refused = createTally({
    meter,
    common,
    name: 'revoked.request.refused',
    description: 'Requests that a guard or an endpoint has refused, by the code of the error.',
    unit: '{request}',
  })
  const observed = createTally({
    meter,
    common,
    name: 'revoked.request.observed',
    description: 'Requests that a guard would refuse in the mode enforce, by the code of the error.',
    unit: '{request}',
  })

  function count(error: unknown, _: unknown, outcome?: GuardOutcome): void {
    const tally = outcome?.refused === false ? observed : refused
    tally.add({ 'error.type': errorTypeOf(error) })
  }
  return Object.freeze({ onRefused: count, onUnavailable: count })
}
