import type { Attributes, Meter } from '@opentelemetry/api'
import { type ObservedRefusal, type Revocation, refusalOf, type Verdict } from '@revoked/core'
import { channelOf } from './channels.ts'
import { causeTypeOf, errorTypeOf } from './error-type.ts'
import { createTally } from './tally.ts'

/** Counts checks. */
export interface CheckCounts {
  /** Returns the `check` of a revocation, which counts its verdicts, and settles as it does. */
  readonly counted: (revocation: Pick<Revocation, 'check'>) => Revocation['check']
}

const activeCheck: Attributes = { 'revoked.verdict': 'active' }

/** Returns the counts of a revocation. All of them have the common attributes. */
export function createCheckCounts(meter: Meter, common: Attributes): CheckCounts {
  let active = 0
  const checks = createTally({
    meter,
    common,
    name: 'revoked.checks',
    description: 'Checks of tokens, by verdict.',
    unit: '{check}',
    hot: { attributes: activeCheck, count: () => active },
  })
  const refusals = createTally({
    meter,
    common,
    name: 'revoked.refusals',
    description: 'Checks that refused the token, by the code of the error.',
    unit: '{check}',
  })
  const observations = createTally({
    meter,
    common,
    name: 'revoked.refusal.observed',
    description: 'Checks that would refuse the token in the mode enforce, by the code of the error.',
    unit: '{check}',
  })
  const channel = channelOf('revoked:check')
  /** The promise that core returns for each check that passes and is answered at once. */
  let passing: Promise<Verdict> | undefined
  let previous: Promise<Verdict> | undefined

  function count(attributes: Attributes): void {
    if (attributes === activeCheck) active++
    else checks.add(attributes)
    if (channel.hasSubscribers) publish(attributes)
  }

  function publish(attributes: Attributes): void {
    channel.publish({ ...common, ...attributes })
  }

  function noteVerdict(verdict: Verdict): Verdict {
    if (verdict.status === 'active') {
      count(activeCheck)
      return verdict
    }
    const refusal = refusalOf(verdict)
    if (refusal !== undefined) {
      count(attributesOf(refusal))
      const tally = verdict.allowed ? observations : refusals
      tally.add({ 'error.type': errorTypeOf(refusal) })
    } else if (verdict.status === 'unavailable') {
      count(attributesOf(verdict.error))
    }
    return verdict
  }

  function noteRejection(error: unknown): never {
    const errorType = errorTypeOf(error)
    count({ 'revoked.verdict': 'invalid', 'error.type': errorType })
    refusals.add({ 'error.type': errorType })
    throw error
  }

  /** Remembers a promise that has been returned twice, if it is of an active token. */
  async function learn(shared: Promise<Verdict>): Promise<void> {
    const verdict = await shared.catch(() => undefined)
    if (verdict?.status === 'active') passing = shared
  }

  function note(checking: Promise<Verdict>): Promise<Verdict> {
    if (checking === previous) void learn(checking)
    previous = checking
    return checking.then(noteVerdict, noteRejection)
  }

  return {
    counted: (revocation) => (claims, options) => {
      const checking = revocation.check(claims, options)
      // The same promise has the same verdict, so it needs no callback, which would take a tenth of
      // the time of the check (Node 20.20, 2026-11).
      if (checking !== passing) return note(checking)
      active++
      if (channel.hasSubscribers) publish(activeCheck)
      return checking
    },
  }
}

/** Returns what a check is counted by, in any mode. */
function attributesOf(refusal: ObservedRefusal): Attributes {
  if (refusal.code === 'ERR_TOKEN_REVOKED') return { 'revoked.verdict': 'revoked', 'revoked.scope': refusal.by }
  if (refusal.code === 'ERR_REVOCATION_UNAVAILABLE')
    return { 'revoked.verdict': 'unavailable', 'error.type': causeTypeOf(refusal) }
  return { 'revoked.verdict': 'invalid', 'error.type': errorTypeOf(refusal) }
}
