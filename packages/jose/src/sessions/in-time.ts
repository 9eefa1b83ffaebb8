import { type Revocation, RevocationUnavailableError, withDeadline } from '@revoked/core'

/** Runs a call of the list of sessions. What an async operation throws is a rejection. */
type InTime = <Result>(operation: () => Promise<Result>) => Promise<Result>

/**
 * Creates what runs calls of the list of sessions. They have as long as a revocation has to be
 * stored, and reject with RevocationUnavailableError then.
 */
export function createInTime({ limits }: Revocation): InTime {
  const ms = limits.writeTimeout
  const late = (): Error => new RevocationUnavailableError(`The list of sessions did not answer within ${ms} ms.`)
  return (operation) => withDeadline(operation(), ms, late)
}

/** @throws TypeError if a method is missing. */
export function assertSessions<Sessions extends object>(
  sessions: Sessions,
  methods: readonly (keyof Sessions & string)[],
): void {
  for (const method of methods) {
    if (typeof sessions?.[method] !== 'function')
      throw new TypeError(`sessions must come from createSessions, but has no ${method} method.`)
  }
}
