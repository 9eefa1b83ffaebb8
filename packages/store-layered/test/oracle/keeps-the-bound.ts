import { expect } from 'vitest'
import type { Setup } from './setup.ts'
import { boundMs, type Fault, goThrough } from './trial.ts'
import type { Variant } from './variant.ts'
import type { Verdict } from './verdict.ts'

/** The tolerance for clocks with a resolution of 1 ms. */
const epsilonMs = 5

/** Expects that no "no" outlives its revocation by more than the bound. Notes the verdict. */
export async function keepsTheBound<Place extends Setup>(
  fault: Fault<Place>,
  variant: Variant,
  verdicts: Map<string, Verdict>,
): Promise<void> {
  const verdict = await goThrough(fault, variant)
  verdicts.set(fault.name, verdict)
  expect(verdict.longestMs, 'a local "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  if (fault.answersWithinMs !== undefined) expect(verdict.longestAskMs).toBeLessThan(fault.answersWithinMs)
  if (fault.recoversWithinMs !== undefined) expect(verdict.recoveredMs).toBeLessThan(fault.recoversWithinMs)
  expect(verdict.longestRemoteMs, 'a remote "no" outlived its revocation').toBeLessThanOrEqual(boundMs + epsilonMs)
  expect(verdict.judged).toBeGreaterThan(200)
  if (fault.forgets === 'surely') expect(verdict.lost, 'the fault did not happen').toBeGreaterThan(0)
  if (fault.forgets === undefined) expect(verdict.lost, 'revocations that the server lost').toBe(0)
  expect(verdict.localShare).toBeGreaterThan(0.1)
}
