import type { SessionKey, SessionStore } from '@revoked/core/sessions'
import type { RedisPort } from '../clients/port.ts'
import { createBatcher } from '../marks/batch.ts'
import { createReadRetry } from '../marks/retry-reads.ts'
import { createReadOnlyRunner } from '../marks/run-read-only.ts'
import type { SessionKeys } from './session-keys.ts'
import { findScript } from './session-scripts.ts'
import { toStoredText } from './stored-session.ts'

/** When a session expires, or `undefined` if it is not open. */
type Expiry = number | undefined

/** Reads the expiry of each session. */
type Read = (keys: readonly SessionKey[]) => Promise<readonly Expiry[]>

/** Options for `createSessionFinder`. */
export interface SessionFinderOptions {
  readonly port: RedisPort
  readonly keysOf: (subject: string) => SessionKeys
}

/** The most sessions of one command. Longer commands delay other clients of the server. */
const maxPerCommand = 1_000

/**
 * Returns the `find` of a session store: one `ZSCORE` for each session, within a script that only
 * reads. All of one turn of the event loop share a command. In a Cluster, subjects are on different
 * nodes, so each session has its own command.
 */
export function createSessionFinder({ port, keysOf }: SessionFinderOptions): SessionStore['find'] {
  const run = createReadOnlyRunner(port.send, findScript)
  // In a Cluster, the replies of one node say nothing about the connection to another one.
  const shared = createReadRetry()
  const retry: typeof shared = (read) => (port.isCluster ? createReadRetry()(read) : shared(read))

  async function read(keys: readonly SessionKey[]): Promise<readonly Expiry[]> {
    const reply = await retry(() =>
      run({
        keys: keys.map(({ subject }) => keysOf(subject).expiry),
        args: keys.map(({ id }) => toStoredText(id)),
      }),
    )
    return expiriesOf(reply, keys.length)
  }

  if (port.isCluster) return async (keys) => (await Promise.all(keys.map((key) => read([key])))).flat()
  const enqueue = createFindBatcher(read)
  return (keys) =>
    keys.length === 0 ? [] : new Promise((resolve, reject) => enqueue({ keys, resolve, reject }, keys.length))
}

interface Find {
  readonly keys: readonly SessionKey[]
  readonly resolve: (expiries: readonly Expiry[]) => void
  readonly reject: (cause: unknown) => void
}

function createFindBatcher(read: Read): (find: Find, keys: number) => void {
  async function readAll(keys: readonly SessionKey[]): Promise<readonly Expiry[]> {
    if (keys.length <= maxPerCommand) return await read(keys)
    const parts = Array.from({ length: Math.ceil(keys.length / maxPerCommand) }, (_, part) =>
      keys.slice(part * maxPerCommand, (part + 1) * maxPerCommand),
    )
    return (await Promise.all(parts.map(read))).flat()
  }

  return createBatcher<Find>(async (finds) => {
    try {
      const expiries = await readAll(finds.flatMap(({ keys }) => keys))
      return () => {
        let start = 0
        for (const { keys, resolve } of finds) {
          resolve(expiries.slice(start, start + keys.length))
          start += keys.length
        }
      }
    } catch (cause) {
      return () => {
        for (const { reject } of finds) reject(cause)
      }
    }
  })
}

function expiriesOf(reply: unknown, count: number): readonly Expiry[] {
  if (!Array.isArray(reply) || reply.length !== count) throw unreadable()
  return reply.map((text: unknown) => {
    if (text === '') return undefined
    const expiresAt = typeof text === 'string' ? Number(text) : Number.NaN
    if (Number.isNaN(expiresAt)) throw unreadable()
    return expiresAt
  })
}

/** Returns the error for a reply of a client that was set up to map replies to other types. */
export function unreadable(): TypeError {
  return new TypeError('The client did not answer with strings: it must not map replies to other types.')
}
