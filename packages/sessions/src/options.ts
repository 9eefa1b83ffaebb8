import { assertKnownOptions, type Duration, type OptionNames, type Revocation } from '@revoked/core'
import { areTransactional, type SessionStore } from '@revoked/core/sessions'
import { readId, readPositive } from './arguments.ts'
import { availableStore } from './available-store.ts'

/**
 * Returns the data of a device, narrowed, and throws if it is something else. Such as the `parse`
 * of a schema. It is called with what `open` is given, and with what is read back.
 *
 * @example
 * ```ts
 * import type { DeviceReader } from '@revoked/sessions'
 *
 * const readDevice: DeviceReader<{ name: string }> = (value) => {
 *   if (typeof value !== 'object' || value === null || !('name' in value)) throw new TypeError('no device')
 *   return { name: String(value.name) }
 * }
 * ```
 */
export type DeviceReader<Device> = (value: unknown) => Device

/**
 * The options of `createSessions`. Validated once, there.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createSessions, type SessionsOptions } from '@revoked/sessions'
 * import { memorySessions, memoryStore } from '@revoked/store-memory'
 *
 * const options: SessionsOptions<unknown> = {
 *   store: memorySessions(),
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' }),
 *   idleTimeout: '30m',
 *   absoluteLifetime: '30d',
 *   maxPerSubject: 5,
 *   onFull: 'close-least-used',
 * }
 * const sessions = createSessions(options)
 * ```
 */
export interface SessionsOptions<Device> {
  /** Where sessions are kept, such as `memorySessions()` or `redisSessions(client)`. */
  readonly store: SessionStore
  /**
   * What refuses the tokens of closed sessions. Without it, closing a session ends its listing
   * only.
   */
  readonly revocation?: Revocation
  /** How long a session may lie idle at most. A login may have a shorter time. */
  readonly idleTimeout: Duration
  /** How long a session may last at most, from its login on. A login may have a shorter time. */
  readonly absoluteLifetime: Duration
  /** How many sessions of a subject may be open. Default: any number. */
  readonly maxPerSubject?: number
  /**
   * What a login over `maxPerSubject` does: `'refuse'` rejects with `ERR_TOO_MANY_SESSIONS`, and
   * `'close-least-used'` closes the sessions that were used longest ago. Default `'refuse'`.
   */
  readonly onFull?: 'refuse' | 'close-least-used'
  /** Validates the data of devices. Without it, they are `unknown`. */
  readonly readDevice?: DeviceReader<Device>
  /**
   * Which claim of tokens is the id of a session: `'jti'` if each token is a session by itself.
   * Default `'sid'`.
   */
  readonly by?: 'sid' | 'jti'
  /** The issuer of the tokens. Required if the revocation has `issuer: '*'`. */
  readonly issuer?: string
  /** How long a call of the store may take, at most `'60s'`. Default `'1s'`. */
  readonly timeout?: Duration
  /** The clock, in ms since the epoch. Default: that of the revocation, or `Date.now`. */
  readonly now?: () => number
}

/** The options once validated, in ms. */
export interface Settings {
  readonly store: SessionStore
  /** Set if the store can write in a transaction of its caller. */
  readonly storeWithin: ((transaction: unknown) => SessionStore) | undefined
  /** Within a transaction: how far a `closeAll` reaches into the future, in ms. */
  readonly marginMs?: number
  readonly revocation: Revocation | undefined
  readonly idleMs: number
  readonly lifetimeMs: number
  readonly maxPerSubject: number | undefined
  readonly closesLeastUsed: boolean
  readonly by: 'sid' | 'jti'
  /** The `iss` of tokens. */
  readonly iss: string | undefined
  /** Set if targets name their issuer. */
  readonly targetIssuer: { readonly issuer?: string }
  readonly now: () => number
}

const optionNames: OptionNames<SessionsOptions<unknown>> = {
  store: true,
  revocation: true,
  idleTimeout: true,
  absoluteLifetime: true,
  maxPerSubject: true,
  onFull: true,
  readDevice: true,
  by: true,
  issuer: true,
  timeout: true,
  now: true,
}

const methods = ['open', 'touch', 'find', 'list', 'get', 'count', 'close', 'closeAll'] as const

/** @throws TypeError or RangeError for the first option that is wrong. */
export function readOptions(options: SessionsOptions<unknown>): Settings {
  assertKnownOptions(options, optionNames)
  const { store, revocation, maxPerSubject, onFull = 'refuse', readDevice, by = 'sid' } = options
  for (const method of methods) {
    if (typeof store?.[method] !== 'function')
      throw new TypeError(`store must be a SessionStore, but has no ${method} method.`)
  }
  if (revocation !== undefined && typeof revocation?.revoke !== 'function')
    throw new TypeError('revocation must come from createRevocation.')
  if (maxPerSubject !== undefined) readLimit(maxPerSubject)
  if (onFull !== 'refuse' && onFull !== 'close-least-used')
    throw new TypeError("onFull must be 'refuse' or 'close-least-used'.")
  if (readDevice !== undefined && typeof readDevice !== 'function')
    throw new TypeError('readDevice must be a function.')
  if (by !== 'sid' && by !== 'jti') throw new TypeError("by must be 'sid' or 'jti'.")
  const now = options.now ?? revocation?.now ?? (() => Date.now())
  if (typeof now !== 'function') throw new TypeError('now must be a function.')
  const timeoutMs = readTimeout(options.timeout ?? '1s')
  return {
    store: availableStore(store, timeoutMs),
    storeWithin: areTransactional(store)
      ? (transaction) => availableStore(store.within(transaction), timeoutMs)
      : undefined,
    revocation,
    ...readLifetimes(options),
    maxPerSubject,
    closesLeastUsed: onFull === 'close-least-used',
    by,
    ...readIssuer(options),
    now: () => Math.floor(now()),
  }
}

/** @throws TypeError or RangeError if it is no number of sessions. */
function readLimit(maxPerSubject: unknown): void {
  if (typeof maxPerSubject !== 'number') throw new TypeError('maxPerSubject must be a number.')
  if (!Number.isSafeInteger(maxPerSubject) || maxPerSubject < 1)
    throw new RangeError('maxPerSubject must be a whole number, 1 or more.')
}

/** @throws RangeError if a request would have lost its client before. */
function readTimeout(timeout: Duration): number {
  const ms = readPositive(timeout, 'timeout')
  if (ms > 60_000) throw new RangeError("timeout must be at most '60s'. A number counts seconds.")
  return ms
}

function readLifetimes({ idleTimeout, absoluteLifetime }: SessionsOptions<unknown>): {
  readonly idleMs: number
  readonly lifetimeMs: number
} {
  if (idleTimeout === undefined)
    throw new TypeError("idleTimeout is required: how long a session may lie idle, such as '30m'.")
  if (absoluteLifetime === undefined)
    throw new TypeError("absoluteLifetime is required: how long a session may last, such as '30d'.")
  const idleMs = readPositive(idleTimeout, 'idleTimeout')
  const lifetimeMs = readPositive(absoluteLifetime, 'absoluteLifetime')
  if (idleMs > lifetimeMs)
    throw new RangeError('idleTimeout must be at most absoluteLifetime: it would never end a session.')
  return { idleMs, lifetimeMs }
}

function readIssuer({ revocation, issuer }: SessionsOptions<unknown>): Pick<Settings, 'iss' | 'targetIssuer'> {
  const accepted = revocation?.issuer
  if (accepted !== '*') {
    if (issuer !== undefined) throw new TypeError("issuer goes with a revocation that has issuer: '*'.")
    return { iss: accepted, targetIssuer: {} }
  }
  if (issuer === undefined) throw new TypeError("issuer is required if the revocation has issuer: '*'.")
  return { iss: readId(issuer, 'issuer'), targetIssuer: { issuer } }
}
