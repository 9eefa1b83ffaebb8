import type { Key } from '@revoked/core'
import type { Checker } from './checker.ts'
import type { ClockFaults } from './clock-faults.ts'
import type { CachingStore } from './product.ts'
import type { Random } from './random.ts'
import type { Setup } from './setup.ts'
import type { VirtualHost } from './virtual-host.ts'

/** Everything that takes part in a run. */
export interface Setting {
  readonly host: VirtualHost
  readonly random: Random
  readonly setup: Setup
  readonly store: CachingStore
  readonly checker: Checker
  readonly clocks: ClockFaults
  readonly maxStalenessMs: number
  readonly faults: readonly string[]
  readonly patienceMs: number
}

/**
 * Lets time pass, and runs one turn of the event loop: one chunk from the network, the timers, and
 * then the promises.
 */
export async function passTime({ host, random, setup, clocks }: Setting, ms: number): Promise<void> {
  setup.network.passUntil(host.now() + ms)
  clocks.settle()
  if (random.chance(0.5)) host.runTimers()
  const isAnything = setup.network.deliver()
  host.runTimers()
  if (isAnything || random.chance(0.3)) await host.drain()
}

/** Records marks on the remote, as other instances do. */
export function write(keys: readonly Key[], { primaries, primaryOf, nextCutoff }: Setup): void {
  for (const primary of primaries) {
    const own = keys.filter((key) => primaryOf(key) === primary)
    primary.write(own.map((key) => ({ key, cutoff: nextCutoff() })))
  }
}
