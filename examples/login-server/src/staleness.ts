import { type Device, send } from './client.ts'
import { me } from './requests.ts'

/**
 * How long a server accepted a token that another one had revoked. Times are in ms since the
 * revocation was answered.
 */
export interface Staleness {
  /** When the last request was sent that still passed. Negative if none passed. */
  readonly lastPassMs: number
  readonly refusedMs: number
  /** The status of the first answer that refused the token. */
  readonly status: number
}

/** How long after the allowed time the measurement gives up. */
const graceMs = 3_000

/**
 * Sends requests as fast as possible until the server refuses the token: with 401, or with 503 if
 * the store is unavailable.
 */
export async function measureStaleness(url: string, who: Device, maxStalenessMs: number): Promise<Staleness> {
  const start = performance.now()
  const sinceStart = (): number => performance.now() - start
  let lastPassMs = -1
  for (;;) {
    const sentMs = sinceStart()
    const { status } = await send(url, me(who))
    if (status !== 200 || sinceStart() > maxStalenessMs + graceMs)
      return { lastPassMs, refusedMs: sinceStart(), status }
    lastPassMs = sentMs
  }
}

/**
 * Tells whether the server kept the bound. A request that was sent after the bound and passed
 * breaks it, on a slow machine too. A refusal that arrives late does not.
 */
export function keepsBound({ lastPassMs, status }: Staleness, maxStalenessMs: number): boolean {
  return lastPassMs < maxStalenessMs && status !== 200
}

/** Formats a duration: 0.4 ms, 1,874 ms. */
export function inMs(ms: number): string {
  return `${ms.toLocaleString('en', { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`
}
