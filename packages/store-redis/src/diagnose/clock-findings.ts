import type { DiagnosticConnection } from './diagnostic-connection.ts'
import { type RedisFinding, unchecked } from './finding.ts'

/**
 * The share of the tolerance that the server may be off. Two instances that are each half the
 * tolerance off, in opposite directions, differ by all of it.
 */
const maxShare = 0.5

/** The resolution of our clock, in ms. The server's clock is more precise. */
const resolution = 1

/** The tolerance and the clock of the comparison, in ms. */
export interface ClockCheck {
  readonly tolerance: number
  readonly now: () => number
}

/**
 * Compares our clock with the server's, by which marks expire, and returns a finding if they
 * differ.
 */
export async function clockFindings(
  { ask }: DiagnosticConnection,
  { tolerance, now }: ClockCheck,
): Promise<RedisFinding[]> {
  const askedAt = now()
  const { reply } = await ask(['TIME'])
  const answeredAt = now()
  const [seconds, microseconds] = Array.isArray(reply) ? reply.map(Number) : []
  const serverAt = (seconds ?? Number.NaN) * 1_000 + (microseconds ?? Number.NaN) / 1_000
  if (Number.isNaN(serverAt)) return [unchecked("the server's clock", 'Synchronise all clocks by NTP.')]
  // The server read its clock between both instants, so only a difference beyond both of them
  // counts.
  const offset = Math.max(serverAt - answeredAt - resolution, askedAt - serverAt)
  if (offset <= tolerance * maxShare) return []
  return [
    {
      level: offset > tolerance ? 'error' : 'warning',
      code: 'clock-offset',
      message: `The server's clock is ${inSeconds(offset)} ${serverAt > answeredAt ? 'ahead of' : 'behind'} ours, and the tolerance is ${inSeconds(tolerance)}.`,
      remedy: 'Synchronise the clocks of the server and of every instance by NTP, or allow a larger clockTolerance.',
    },
  ]
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
