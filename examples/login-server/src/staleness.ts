import { type Device, send } from './client.ts'
import { me } from './requests.ts'

/**
 * What a server made of a token that had been taken back elsewhere. Ms count from when that was
 * answered.
 */
export interface Staleness {
  /** When the last request was sent that still passed. Negative: none did. */
  readonly lastPassMs: number
  readonly refusedMs: number
  /** Of the first answer that refused it. */
  readonly status: number
}

/** Give up asking so long after the time that is allowed. */
const graceMs = 3_000

/**
 * Asks the server as fast as it can, until it refuses the token: 401, or 503 where it cannot tell.
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
 * Whether the server kept the bound. A request is decided after it was sent: one that was sent
 * after the bound and passed has broken it, however slow the machine, and a refusal that was slow
 * to arrive has not.
 */
export function keepsBound({ lastPassMs, status }: Staleness, maxStalenessMs: number): boolean {
  return lastPassMs < maxStalenessMs && status !== 200
}

/** 0.4 ms, 1,874 ms. */
export function inMs(ms: number): string {
  return `${ms.toLocaleString('en', { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`
}
