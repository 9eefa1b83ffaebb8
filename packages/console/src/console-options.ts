import {
  assertKnownOptions,
  type OptionNames,
  type Revocation,
  type RevocationStore,
  type RevokeResult,
} from '@revoked/core'
import type { ConsoleAccess } from './access/access.ts'

/**
 * A session, as far as the console shows it. Those of `@revoked/sessions` fit.
 *
 * @example
 * ```ts
 * import type { ConsoleSession } from '@revoked/console'
 *
 * const minutesIdle = ({ lastUsedAt }: ConsoleSession): number => (Date.now() - lastUsedAt) / 60_000
 * ```
 */
export interface ConsoleSession {
  readonly id: string
  /** Ms since the epoch, as the other instants. */
  readonly openedAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
  readonly device: unknown
}

/**
 * What the console needs to list and close sessions. `createSessions` of `@revoked/sessions`
 * returns it.
 *
 * @example
 * ```ts
 * import type { ConsoleSessions } from '@revoked/console'
 *
 * // Only looks: for a service that must not close anything.
 * const readable = (sessions: ConsoleSessions): Pick<ConsoleSessions, 'list'> => ({ list: sessions.list })
 * ```
 */
export interface ConsoleSessions {
  list(subject: string): Promise<readonly ConsoleSession[]>
  close(subject: string, id: string, options: { readonly reason: string; readonly actor: string }): Promise<boolean>
  closeAll(
    subject: string,
    options: {
      readonly reason: string
      readonly actor: string
      readonly revoked?: RevokeResult
      readonly openedUntil?: number
    },
  ): Promise<{ readonly closed: readonly string[] }>
}

/**
 * How the console shows a device.
 *
 * @example
 * ```ts
 * import type { ConsoleDevice } from '@revoked/console'
 *
 * const describeDevice = (device: unknown): ConsoleDevice => ({ name: String(device), kind: 'computer' })
 * ```
 */
export interface ConsoleDevice {
  readonly name: string
  readonly kind?: 'phone' | 'computer'
}

/**
 * Options for {@link createConsole}.
 *
 * @example
 * ```ts
 * import type { ConsoleOptions } from '@revoked/console'
 *
 * // Behind a proxy that has authenticated the staff, and that alone can reach this service.
 * const authorize: ConsoleOptions['authorize'] = (request) => {
 *   const actor = request.headers.get('x-staff')
 *   return actor === null ? undefined : { role: 'support', actor }
 * }
 * ```
 */
export interface ConsoleOptions {
  readonly revocation: Revocation
  /** The store of the revocation: its state, and what it is told of live revocations, are shown. */
  readonly store: RevocationStore
  /** The sessions, of `createSessions`. Without them, the console shows no devices. */
  readonly sessions?: ConsoleSessions
  /** Required with `sessions` if the revocation has `issuer: '*'`: the issuer of their tokens. */
  readonly sessionIssuer?: string
  /**
   * Decides who may do what, at every request. There is no default, and no login: answer with a
   * role and an actor, with `undefined` to refuse (403), or with a response for a browser without a
   * session, such as a redirect to your login. It must not read the body. An error that it throws
   * is answered with 500, and passed to `onError`. So is, with 503, that it has said nothing for 10
   * seconds.
   *
   * @param context - The request of the framework, if `toHandler` of `@revoked/http` serves it.
   */
  readonly authorize: (
    request: Request,
    context: unknown,
  ) => ConsoleAccess | Response | undefined | Promise<ConsoleAccess | Response | undefined>
  /**
   * Returns whose session it is, if your application can tell, such as from a table of its logins.
   * `undefined` if that is not known. Sessions are listed by subject. Without this, a look-up of a
   * session shows its device only if the person at the page names the subject, too. If it says
   * nothing for 10 seconds, the look-up is answered with 503.
   */
  readonly subjectOfSession?: (id: string) => string | undefined | Promise<string | undefined>
  /**
   * The path under which it is mounted, as browsers see it at this server. Default `'/console'`.
   */
  readonly path?: string
  /**
   * Describes a device. Default: a text, or the `name` and `kind` of an object, or its JSON.
   */
  readonly describeDevice?: (device: unknown) => ConsoleDevice
  /** Called with every failure that is answered with 500 or 503. For logs: the page shows less. */
  readonly onError?: (error: unknown, request: Request) => unknown
}

const optionNames: OptionNames<ConsoleOptions> = {
  revocation: true,
  store: true,
  sessions: true,
  sessionIssuer: true,
  authorize: true,
  subjectOfSession: true,
  path: true,
  describeDevice: true,
  onError: true,
}

/** The options, read once. */
export interface Settings extends Omit<ConsoleOptions, 'path' | 'describeDevice'> {
  readonly path: string
  readonly describeDevice: (device: unknown) => ConsoleDevice
}

/** @throws TypeError for wrong options. */
export function readOptions(options: ConsoleOptions): Settings {
  assertKnownOptions(options, optionNames)
  const { revocation, store, sessions, sessionIssuer, authorize, path = '/console' } = options
  if (typeof authorize !== 'function')
    throw new TypeError(
      'authorize is required: a function that returns { role, actor } for a request, or undefined to refuse it. The console has no login.',
    )
  assertMethods(revocation, ['revoke', 'reinstate', 'explain', 'audit'], 'revocation must come from createRevocation.')
  assertMethods(store, ['record', 'find'], 'store is required: the store that createRevocation was given.')
  if (sessions !== undefined)
    assertMethods(sessions, ['list', 'close', 'closeAll'], 'sessions must come from createSessions.')
  if (sessions !== undefined && revocation.issuer === '*' && sessionIssuer === undefined)
    throw new TypeError("With issuer: '*', sessionIssuer must name the issuer whose tokens the sessions have.")
  if (sessionIssuer !== undefined && (sessions === undefined || revocation.issuer !== '*'))
    throw new TypeError("sessionIssuer goes with sessions, over a revocation with issuer: '*'.")
  if (typeof path !== 'string' || !/^(?:\/[\w.~-]+)+$/.test(path))
    throw new TypeError("path must be a path such as '/console' or '/admin/console', without a slash at its end.")
  for (const name of ['subjectOfSession', 'describeDevice', 'onError'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw new TypeError(`${name} must be a function.`)
  return { ...options, path, describeDevice: options.describeDevice ?? describeDevice }
}

function assertMethods(value: unknown, names: readonly string[], message: string): void {
  const target: object = Object(value)
  if (!names.every((name) => typeof Reflect.get(target, name) === 'function')) throw new TypeError(message)
}

function describeDevice(device: unknown): ConsoleDevice {
  if (device === undefined || device === null) return { name: 'An unknown device' }
  if (typeof device === 'string') return { name: device }
  const { name, kind } = Object(device) as Record<string, unknown>
  if (typeof name !== 'string') return { name: JSON.stringify(device) }
  return { name, ...((kind === 'phone' || kind === 'computer') && { kind }) }
}
