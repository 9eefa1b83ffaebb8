import { type StandaloneSetup, startStandalone } from './setup.ts'
import type { Fault } from './trial.ts'

/** A fault on a single server. */
export type StandaloneFault = Fault<StandaloneSetup>

/** The length of a fault, which exceeds the bound. */
export const longMs = 1_500

/** Returns a fault on a single server. */
export function fault(
  name: string,
  inflict: StandaloneFault['inflict'],
  more: Partial<StandaloneFault> = {},
): StandaloneFault {
  return { name, start: startStandalone, inflict, ...more }
}
