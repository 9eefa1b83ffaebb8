import type { Attributes, Meter } from '@opentelemetry/api'
import { channelOf } from './channels.ts'
import { failureTypeOf } from './error-type.ts'
import type { ReasonNamer } from './reasons.ts'
import { createTally } from './tally.ts'

/** Counts what was opened and closed. */
export interface SessionCounts {
  readonly opened: () => void
  readonly closed: (count: number, reason: unknown) => void
  readonly failed: (operation: string, error: unknown) => void
}

/** Returns the counts of the sessions of an application, with the common attributes. */
export function createSessionCounts(meter: Meter, common: Attributes, nameReason: ReasonNamer): SessionCounts {
  const opened = createTally({
    meter,
    common,
    name: 'revoked.session.opened',
    description: 'Sessions that were opened.',
    unit: '{session}',
  })
  const closed = createTally({
    meter,
    common,
    name: 'revoked.session.closed',
    description: 'Sessions that were closed, by reason.',
    unit: '{session}',
  })
  const failures = createTally({
    meter,
    common,
    name: 'revoked.session.failures',
    description: 'Calls of open, close and closeAll that failed, by the cause or the code of the error.',
    unit: '{call}',
  })
  const channel = channelOf('revoked:session')

  function publish(operation: string, attributes: Attributes): void {
    if (channel.hasSubscribers) channel.publish({ ...common, 'revoked.operation': operation, ...attributes })
  }

  return {
    opened: () => {
      opened.add({})
      publish('open', {})
    },
    closed: (count, reason) => {
      if (count === 0) return
      const attributes = { 'revoked.reason': nameReason(reason) }
      closed.add(attributes, count)
      publish('close', { ...attributes, 'revoked.count': count })
    },
    failed: (operation, error) => {
      const errorType = failureTypeOf(error)
      failures.add({ 'revoked.operation': operation, 'error.type': errorType })
      publish(operation, { 'error.type': errorType })
    },
  }
}
