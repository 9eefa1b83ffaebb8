import type { DiagnosticConnection } from './diagnostic-connection.ts'
import { type RedisFinding, unchecked } from './finding.ts'

/**
 * Two instances that are each half the tolerance off their server, in opposite directions, are all
 * of it apart.
 */
const maxShare = 0.5

/** Ours is cut to the millisecond, the server's is not. */
const resolution = 1

/** How clocks are compared, in ms. */
export interface ClockCheck {
  readonly tolerance: number
  readonly now: () => number
}

/** Compares our clock with the server's, by which marks expire. */
export async function clockFindings(
  { ask }: DiagnosticConnection,
  { tolerance, now }: ClockCheck,
): Promise<RedisFinding[]> {
  const askedAt = now()
  const { reply } = await ask(['TIME'])
  const answeredAt = now()
  const [seconds, microseconds] = Array.isArray(reply) ? reply.map(Number) : []
  const serverAt = (seconds ?? Number.NaN) * 1_000 + (microseconds ?? Number.NaN) / 1_000
  if (Number.isNaN(serverAt)) return [unchecked("the server's clock", 'See to it that all clocks are kept by NTP.')]
  // The server looked at its clock somewhere in between: only what is off in any case counts.
  const offset = Math.max(serverAt - answeredAt - resolution, askedAt - serverAt)
  if (offset <= tolerance * maxShare) return []
  return [
    {
      level: offset > tolerance ? 'error' : 'warning',
      code: 'clock-offset',
      message: `The server's clock is ${inSeconds(offset)} ${serverAt > answeredAt ? 'ahead of' : 'behind'} ours, and the tolerance is ${inSeconds(tolerance)}.`,
      remedy: 'Have the clocks of the server and of every instance kept by NTP, or allow a larger clockTolerance.',
    },
  ]
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
