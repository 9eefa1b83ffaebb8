import { errorMonitor } from 'node:events'

/** A failure of a client, as far as it may be shown: no host, password, key or value. */
export interface ClientFailure {
  /** The code of the error (`ECONNREFUSED`) or its name (`ClientClosedError`). */
  readonly word: string
  /** What happened, in a few words. `undefined` if the error is not a known one. */
  readonly meaning: string | undefined
}

/**
 * Returns what may be shown of an error that is not a reply of the server. Messages of clients can
 * contain addresses and commands, so known messages are replaced, and all others are left out.
 */
export function clientFailureOf(error: unknown): ClientFailure {
  const { message, code, name } = (error ?? {}) as Readonly<Record<'message' | 'code' | 'name', unknown>>
  const isCode = typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)
  const word = isCode ? code : typeof name === 'string' ? name : 'unknown'
  const state = states.find(([beginning]) => String(message).startsWith(beginning))?.[1]
  return { word, meaning: state ?? (isCode ? withReason(code) : undefined) }
}

/** Returns the code with its meaning, if it has one. */
export function withReason(code: string): string {
  const reason = reasons[code]
  return reason === undefined ? code : `${code} (${reason})`
}

/** What codes of sockets and replies about authentication mean. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no server listens on that port',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name of the host is unknown',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the server does not answer',
  NOAUTH: 'the server requires a password',
  WRONGPASS: 'the user or the password is wrong',
}

const offline = 'the client is not connected (was connect() called?), and its offline queue is off'

/**
 * The beginnings of the messages of ioredis, iovalkey, node-redis and the store, and what they
 * mean.
 */
const states: readonly (readonly [beginning: string, meaning: string])[] = [
  ['The client is closed', 'the client is closed, or connect() was never called'],
  ['The client is offline', offline],
  ["Stream isn't writeable and enableOfflineQueue", offline],
  ["Cluster isn't ready and enableOfflineQueue", offline],
  ['Connection is closed', 'the client is closed, or its connection was lost'],
  ['Disconnects client', 'the client was closed'],
  ['The connection was closed', 'the connection was closed'],
  ['Socket closed unexpectedly', 'the connection was closed'],
  ['Reached the max retries per request limit', 'the connection was lost, and maxRetriesPerRequest is used up'],
  ['Connection timeout', 'the server does not accept the connection in time'],
  ['Socket timeout', 'the server does not answer'],
  ['Command timed out', 'the server does not answer within commandTimeout'],
  ['All the root nodes are unavailable', 'no node of the Cluster can be reached'],
  ['None of startup nodes is available', 'no node of the Cluster can be reached'],
  ['Failed to refresh slots cache', 'no node of the Cluster can be reached'],
  ['No primary is known', 'no primary is known for the slot yet'],
  ['All sentinels are unreachable', 'no sentinel can be reached'],
  ['The channel has moved', 'the channel has moved to another node'],
]

const lastErrors = new WeakMap<object, { last: unknown }>()

/**
 * Returns a function that returns the last error event of a client since it was connected, if it
 * had one. It tells why a client is not connected, which the errors of its commands do not. A
 * client without listeners of errors still reports them as before.
 */
export function observeErrors(client: object): () => unknown {
  const known = lastErrors.get(client)
  if (known !== undefined) return () => known.last
  const observed: { last: unknown } = { last: undefined }
  lastErrors.set(client, observed)
  const { on } = client as { on?(event: string | symbol, listener: (error: unknown) => void): unknown }
  on?.call(client, errorMonitor, (error) => {
    observed.last = error
  })
  on?.call(client, 'ready', () => {
    observed.last = undefined
  })
  return () => observed.last
}
