import { type OpenLimit, type OpenResult, type SessionStore, sessionExpiresAt } from '@revoked/core/sessions'
import { portOf, type RedisClient } from '../clients/detect-client.ts'
import { isReply } from '../clients/redis-error.ts'
import { watched } from '../clients/watchdog.ts'
import { runScript } from '../marks/run-script.ts'
import type { Script } from '../marks/scripts.ts'
import { retryLostReplies } from '../marks/swapper.ts'
import { CorruptSessionError } from './corrupt-session-error.ts'
import { unreadable } from './read-expiries.ts'
import { createSessionFinder } from './session-finder.ts'
import { createSessionKeySpace } from './session-keys.ts'
import { type RedisSessionsOptions, readSessionsOptions } from './session-options.ts'
import * as scripts from './session-scripts.ts'
import { decodeSession, encodeSession, fromStoredText, toStoredText, wholeMs } from './stored-session.ts'

/**
 * Returns a store that keeps open sessions in Redis or Valkey, shared by every instance. Each call
 * is one script on the primary, and `find` one `MGET`, so each takes one round-trip and is exact
 * under concurrency. Sessions expire by the clock of the server. Every call rejects if the server
 * did not carry it out. A call whose reply was lost is repeated for about a second: what has
 * happened already does not happen again, but then `close` and `closeAll` do not return the ids of
 * what the first attempt closed.
 *
 * The caller owns the client: the store neither connects nor closes it, and there is nothing to
 * close. It only drops a connection that is half-open.
 *
 * @example
 * ```ts
 * import { redisSessions } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const sessions = redisSessions(client)
 * const open = await sessions.list('ada')
 * ```
 *
 * @throws TypeError for wrong options, and for a client that would read from replicas or rewrite
 *   keys.
 */
export function redisSessions(client: RedisClient, options: RedisSessionsOptions = {}): SessionStore {
  const port = watched(portOf(client))
  const keySpace = createSessionKeySpace(readSessionsOptions(options))

  async function run(script: Script, subject: string, args: readonly string[] = []): Promise<unknown> {
    const { open, expiry } = keySpace.ofSubject(subject)
    try {
      return await retryLostReplies(() => runScript(port.send, script, { keys: [open, expiry], args }))
    } catch (error) {
      if (isReply(error, 'CORRUPTSESSION')) throw new CorruptSessionError()
      throw error
    }
  }

  return {
    open: async (session, limit) => {
      const expiresAt = wholeMs(sessionExpiresAt(session))
      const [maxOpen, instead] = argumentsOf(limit)
      const id = toStoredText(session.id)
      const args = [id, encodeSession(session), expiresAt, maxOpen, wholeMs(session.openedAt), ...instead]
      return resultOf(await run(scripts.openScript, session.subject, args))
    },
    touch: async ({ subject, id, usedAt, authenticatedAt = 0 }) => {
      const args = [toStoredText(id), wholeMs(usedAt), wholeMs(authenticatedAt)]
      const text = textOf(await run(scripts.touchScript, subject, args))
      return text === undefined ? undefined : decodeSession({ subject, id }, text)
    },
    find: createSessionFinder(port, keySpace),
    list: async (subject) => {
      const listed = textsOf(await run(scripts.listScript, subject))
      return Array.from({ length: listed.length / 2 }, (_, place) =>
        decodeSession({ subject, id: fromStoredText(listed[2 * place] ?? '') }, listed[2 * place + 1] ?? ''),
      )
    },
    get: async ({ subject, id }) => {
      const text = textOf(await run(scripts.getScript, subject, [toStoredText(id)]))
      return text === undefined ? undefined : decodeSession({ subject, id }, text)
    },
    count: async (subject) => {
      const count = textOf(await run(scripts.countScript, subject))
      if (count === undefined) throw unreadable()
      return Number(count)
    },
    close: async (subject, ids) =>
      ids.length === 0
        ? []
        : textsOf(await run(scripts.closeScript, subject, ids.map(toStoredText))).map(fromStoredText),
    closeAll: async (subject, { openedUntil, except }) => {
      const until = openedUntil === Infinity ? '' : wholeMs(openedUntil)
      const args = [until, ...(except === undefined ? [] : [toStoredText(except)])]
      return textsOf(await run(scripts.closeAllScript, subject, args)).map(fromStoredText)
    },
  }
}

/** Returns the arguments of a limit: the most open sessions, and what is closed for the new one. */
function argumentsOf(limit: OpenLimit | undefined): readonly [maxOpen: string, instead: readonly string[]] {
  if (limit === undefined) return ['', []]
  const { maxOpen, instead } = limit
  if (maxOpen !== Infinity && !(Number.isSafeInteger(maxOpen) && maxOpen >= 0))
    throw new RangeError('maxOpen must be a whole number, from 0.')
  return [maxOpen === Infinity ? '' : String(maxOpen), instead.map(toStoredText)]
}

function resultOf(reply: unknown): OpenResult {
  const [answer, ...rest] = textsOf(reply)
  if (answer === 'opened') return { opened: true }
  if (answer === 'closed') return { opened: false, closedUntil: Number(rest[0]) }
  if (answer === 'full') return { opened: false, leastUsed: rest.map(fromStoredText) }
  throw unreadable()
}

function textsOf(reply: unknown): readonly string[] {
  if (Array.isArray(reply) && reply.every((text) => typeof text === 'string')) return reply
  throw unreadable()
}

/** Returns the text of a reply, or `undefined` for nil. */
function textOf(reply: unknown): string | undefined {
  if (reply === null) return undefined
  if (typeof reply === 'string') return reply
  throw unreadable()
}
