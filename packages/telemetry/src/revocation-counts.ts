import type { Attributes, Meter } from '@opentelemetry/api'
import type { RevokeResult, Target } from '@revoked/core'
import { channelOf } from './channels.ts'
import { failureTypeOf } from './error-type.ts'
import type { ReasonNamer } from './reasons.ts'
import { createTally } from './tally.ts'
import { countKinds } from './targets.ts'

/** Counts what was revoked and reinstated. */
export interface RevocationCounts {
  readonly revoked: (targets: readonly Target[], results: readonly RevokeResult[], reason: unknown) => void
  readonly reinstated: (targets: readonly Target[]) => void
  /** Counts a call of `once`, which got `true` if it is the first one of its id. */
  readonly used: (isFirst: boolean) => void
  readonly failed: (operation: string, error: unknown) => void
}

/** Returns the counts of a revocation. All of them have the common attributes. */
export function createRevocationCounts(meter: Meter, common: Attributes, nameReason: ReasonNamer): RevocationCounts {
  const revocations = createTally({
    meter,
    common,
    name: 'revoked.revocations',
    description: 'Targets that were revoked, by kind, and by whether that changed anything.',
    unit: '{target}',
  })
  const reinstatements = createTally({
    meter,
    common,
    name: 'revoked.reinstatements',
    description: 'Targets that were reinstated, by kind.',
    unit: '{target}',
  })
  const uses = createTally({
    meter,
    common,
    name: 'revoked.single_uses',
    description: 'Calls of once, by whether they are the first of their id. All others are replays, or retries.',
    unit: '{use}',
  })
  const failures = createTally({
    meter,
    common,
    name: 'revoked.revocation.failures',
    description: 'Calls of revoke, reinstate and once that failed, by the cause or the code of the error.',
    unit: '{call}',
  })
  const channel = channelOf('revoked:revocation')

  function publish(operation: string, attributes: Attributes, count = 1): void {
    if (!channel.hasSubscribers) return
    channel.publish({ ...common, 'revoked.operation': operation, ...attributes, 'revoked.count': count })
  }

  return {
    revoked: (targets, results, reason) => {
      const named = nameReason(reason)
      for (const { kind, changed, count } of countKinds(targets, results)) {
        const attributes = { 'revoked.target': kind, 'revoked.changed': changed, 'revoked.reason': named }
        revocations.add(attributes, count)
        publish('revoke', attributes, count)
      }
    },
    reinstated: (targets) => {
      for (const { kind, count } of countKinds(targets)) {
        reinstatements.add({ 'revoked.target': kind }, count)
        publish('reinstate', { 'revoked.target': kind }, count)
      }
    },
    used: (isFirst) => {
      uses.add({ 'revoked.first': isFirst })
      publish('once', { 'revoked.first': isFirst })
    },
    failed: (operation, error) => {
      const errorType = failureTypeOf(error)
      failures.add({ 'revoked.operation': operation, 'error.type': errorType })
      publish(operation, { 'error.type': errorType })
    },
  }
}
