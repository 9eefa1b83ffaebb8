import { RedisError } from './redis-error.ts'

/** A state of a client in which the store's commands cannot be answered. */
export interface ClientMode {
  /** The word of the errors and findings: `SUBSCRIBED`, `MONITORING` or `BLOCKED`. */
  readonly word: string
  /** The state, as a sentence. */
  readonly message: string
}

/** The mode of a client whose connection only takes subscriptions (RESP2). */
export const subscriberMode: ClientMode = {
  word: 'SUBSCRIBED',
  message: 'The client is in subscriber mode, so it takes no other commands: give the store a client of its own.',
}

const monitoring: ClientMode = {
  word: 'MONITORING',
  message: 'The client is in monitor mode, so it takes no other commands: give the store a client of its own.',
}

/**
 * Returns the state of a client in which it cannot work for the store, or `undefined` if it can, as
 * far as the client shows.
 *
 * A client of node-redis does not show its queue. One that is blocked is seen by
 * `diagnoseRedis` only, and one in subscriber mode by the reply of the server.
 */
export function modeOf(client: object): ClientMode | undefined {
  const { mode, commandQueue, isPubSubActive, options } = client as ClientState
  if (mode === 'subscriber' || (isPubSubActive === true && options?.RESP === 2)) return subscriberMode
  if (mode === 'monitor') return monitoring
  const command = commandQueue?.peekFront?.()?.command
  return command !== undefined && blocksForMs(command) >= minBlockMs ? blockedBy(command.name) : undefined
}

/** The members of clients that show their state. The types of ioredis and node-redis hide some. */
interface ClientState {
  readonly mode?: unknown
  readonly commandQueue?: { peekFront?(): { readonly command: Command } | undefined }
  readonly isPubSubActive?: boolean
  readonly options?: { readonly RESP?: unknown } | undefined
}

/** @throws RedisError if the client cannot work. */
export function assertWorks(client: object): void {
  const mode = modeOf(client)
  if (mode !== undefined) throw new RedisError(mode.word, { message: mode.message })
}

/** Returns the error if the server or the client refused a command because of subscriptions. */
export function subscribedError(error: unknown): RedisError | undefined {
  const isRefused =
    error instanceof Error && /in subscriber mode|only .*SUBSCRIBE .*allowed in this context/.test(error.message)
  return isRefused ? new RedisError(subscriberMode.word, { message: subscriberMode.message }) : undefined
}

/** A command in the queue of ioredis. */
interface Command {
  readonly name: string
  readonly args: readonly unknown[]
}

/** The default deadline of a check, in ms. A command that blocks for less may let checks pass. */
const minBlockMs = 1_000

function blockedBy(name: string): ClientMode {
  const command = name.toUpperCase()
  return {
    word: 'BLOCKED',
    message: `The client waits for ${command}, and all other commands behind it: give the store a client of its own.`,
  }
}

/** The timeouts of commands that block, in ms. `'0'` waits without end. */
const timeouts: Readonly<Record<string, (args: readonly string[]) => number>> = {
  blpop: lastSeconds,
  brpop: lastSeconds,
  brpoplpush: lastSeconds,
  blmove: lastSeconds,
  bzpopmin: lastSeconds,
  bzpopmax: lastSeconds,
  blmpop: ([seconds]) => Number(seconds) * 1_000,
  bzmpop: ([seconds]) => Number(seconds) * 1_000,
  xread: blockOption,
  xreadgroup: blockOption,
  wait: ([, ms]) => Number(ms),
  waitaof: ([, , ms]) => Number(ms),
}

function lastSeconds(args: readonly string[]): number {
  return Number(args.at(-1)) * 1_000
}

function blockOption(args: readonly string[]): number {
  const streams = args.findIndex((arg) => arg.toLowerCase() === 'streams')
  const option = args.findIndex((arg, place) => arg.toLowerCase() === 'block' && place < streams)
  return option === -1 ? Number.NaN : Number(args[option + 1])
}

function blocksForMs({ name, args }: Command): number {
  const timeoutMs = timeouts[name.toLowerCase()]?.(args.map(String))
  return timeoutMs === 0 ? Number.POSITIVE_INFINITY : (timeoutMs ?? Number.NaN)
}
