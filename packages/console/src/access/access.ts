import { RequestError } from '../answers/request-error.ts'

/**
 * What a person may do in the console. Each role may do what the one before it may.
 *
 * - `read-only`: look up, and see what happens.
 * - `support`: log out and revoke one person, session or token at a time, and reinstate it.
 * - `admin`: also revoke lists, the values of claims, and everything.
 *
 * @example
 * ```ts
 * import type { ConsoleRole } from '@revoked/console'
 *
 * const roles: Readonly<Record<string, ConsoleRole>> = { auditor: 'read-only', agent: 'support', sre: 'admin' }
 * ```
 */
export type ConsoleRole = 'read-only' | 'support' | 'admin'

/**
 * Who uses the console, as `authorize` answers.
 *
 * @example
 * ```ts
 * import type { ConsoleAccess } from '@revoked/console'
 *
 * const accessOf = (user: { email: string; isLead: boolean }): ConsoleAccess => ({
 *   role: user.isLead ? 'admin' : 'support',
 *   actor: user.email,
 * })
 * ```
 */
export interface ConsoleAccess {
  readonly role: ConsoleRole
  /**
   * Who it is, for the audit trail of the store: 1 to 256 characters without control characters.
   */
  readonly actor: string
}

const ranks: readonly ConsoleRole[] = ['read-only', 'support', 'admin']

/**
 * Narrows what `authorize` has answered: access, a response to send instead, or a refusal.
 *
 * @throws TypeError if it is something else, which is a defect of the application.
 */
export function readAccess(answer: unknown): ConsoleAccess | Response | undefined {
  if (answer === undefined || answer === null || answer === false) return undefined
  if (answer instanceof Response) return answer
  const { role, actor } = Object(answer) as Partial<Record<keyof ConsoleAccess, unknown>>
  const known = ranks.find((name) => name === role)
  if (known === undefined) throw new TypeError(`authorize must answer with a role, one of: ${ranks.join(', ')}.`)
  if (typeof actor !== 'string' || actor === '' || actor.length > 256 || /\p{Cc}/u.test(actor) || !actor.isWellFormed())
    throw new TypeError('authorize must answer with an actor of 1 to 256 characters without control characters.')
  return { role: known, actor }
}

/** Returns whether the role may do what needs another one. */
export function permits(role: ConsoleRole, needed: ConsoleRole): boolean {
  return ranks.indexOf(role) >= ranks.indexOf(needed)
}

/** @throws RequestError (403) if the role does not suffice. */
export function assertPermitted({ role }: ConsoleAccess, needed: ConsoleRole): void {
  if (permits(role, needed)) return
  throw new RequestError(403, 'forbidden', `Your role is ${role}. This needs the role ${needed}.`)
}
