import { setTimeout as sleep } from 'node:timers/promises'
import { withDeadline } from '@revoked/core'
import type { RedisPort, Subscriber } from '../clients/port.ts'
import { isReply, RedisError } from '../clients/redis-error.ts'
import type { Partition } from '../marks/key-space.ts'
import { publishCommandFor } from '../marks/scripts.ts'

/** A reply of the server, or the reason why there is none, such as `NOPERM`. */
export type Answer =
  | { readonly reply: unknown; readonly refusal?: undefined }
  | { readonly reply?: undefined; readonly refusal: string }

/** A connection that sends diagnostic commands to the primary that owns a partition. */
export interface DiagnosticConnection {
  readonly partition: Partition
  readonly publishCommand: ReturnType<typeof publishCommandFor>
  /** Sends a command that has keys. */
  readonly send: (args: string[]) => Promise<Answer>
  /** Sends a command without keys. */
  readonly ask: (args: string[]) => Promise<Answer>
  readonly database: RedisPort['database']
  /** Returns true unless a command has failed because the client has no connection. */
  readonly hasConnection: () => boolean
  /** Subscribes to the channel on a new connection, which stays open until the end. */
  readonly subscribe: () => Promise<Answer>
  /** Returns true if a subscription has received the message. */
  readonly hasHeard: (message: string) => boolean
}

const deadlineMs = 3_000

/** The pause before a command is sent again to a client that is still connecting, in ms. */
const pauseMs = 50

/**
 * Runs `talk` with a diagnostic connection. Resolves to `undefined` if it has not ended by the
 * deadline.
 */
export async function withDiagnosticConnection<Outcome>(
  port: RedisPort,
  partition: Partition,
  talk: (connection: DiagnosticConnection) => Promise<Outcome>,
): Promise<Outcome | undefined> {
  const over = new AbortController()
  const late = new Error('The server did not answer in time.')
  const heard = new Set<string>()
  let hasConnection = true
  const disconnected = (): void => {
    hasConnection = false
  }
  const asking = (send: RedisPort['send']) => (args: string[]) =>
    retryUntilReply(() => send(partition.feedKey, args), { over: over.signal, disconnected })
  try {
    const outcome = talk({
      partition,
      publishCommand: publishCommandFor(port),
      send: asking(port.send),
      database: port.database,
      ask: asking(port.sendToOwner),
      hasConnection: () => hasConnection,
      subscribe: async () => {
        over.signal.throwIfAborted()
        return await subscribe(port, partition, { over: over.signal, heard })
      },
      hasHeard: (message) => heard.has(message),
    })
    return await withDeadline(outcome, deadlineMs, () => late)
  } catch (error) {
    if (error === late) return undefined
    throw error
  } finally {
    over.abort()
  }
}

async function retryUntilReply(
  send: () => Promise<unknown>,
  { over, disconnected }: { readonly over: AbortSignal; readonly disconnected: () => void },
): Promise<Answer> {
  for (;;) {
    // The deadline has passed, so nothing more is sent.
    over.throwIfAborted()
    try {
      return { reply: await send() }
    } catch (error) {
      if (!(error instanceof RedisError)) throw error
      if (isReply(error)) return { refusal: error.reply }
      disconnected()
    }
    await sleep(pauseMs)
  }
}

/**
 * Returns the code of a lost connection. Codes are in capitals; the names that clients give to
 * errors say nothing.
 */
function codeOf(cause: unknown): string {
  return cause instanceof RedisError && /^[A-Z][A-Z_]+$/.test(cause.reply) ? cause.reply : 'no connection'
}

async function subscribe(
  port: RedisPort,
  { feedKey, channelOf }: Partition,
  { over, heard }: { readonly over: AbortSignal; readonly heard: Set<string> },
): Promise<Answer> {
  let lose: (cause: unknown) => void = () => {}
  const lost = new Promise<never>((_, reject) => {
    lose = reject
  })
  lost.catch(() => {})
  over.addEventListener('abort', () => lose(over.reason))
  let subscriber: Subscriber | undefined
  try {
    const [owner, database] = await Promise.all([port.ownerOf(feedKey), port.database()])
    subscriber = owner.openSubscriber({ message: (_channel, text) => hear(text, heard), lost: lose })
    over.addEventListener('abort', subscriber.destroy)
    await Promise.race([subscriber.subscribe(feedKey, channelOf(database)), lost])
    return { reply: true }
  } catch (cause) {
    subscriber?.destroy()
    return { refusal: codeOf(cause) }
  }
}

/** Keeps short messages only: those of the diagnosis are. */
function hear(text: string, heard: Set<string>): void {
  if (text.length < 64) heard.add(text)
}
