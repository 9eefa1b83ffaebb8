import { clientFailureOf, withReason } from './client-failures.ts'

/**
 * The failure of a command, without ids and hosts. Clients put the arguments of the command into
 * their errors, and addresses into the messages. This error keeps the first word of the server's
 * reply (`OOM`, `READONLY`), or the code of the failure (`ECONNREFUSED`).
 */
export class RedisError extends Error {
  /**
   * The word of the server (`WRONGTYPE`), a system code (`ECONNREFUSED`), the client's name of the
   * error, or the mode of a client that cannot work (`SUBSCRIBED`).
   */
  readonly reply: string

  static {
    RedisError.prototype.name = 'RedisError'
  }

  /** True if the server answered that it does not know the command. */
  declare readonly isUnknownCommand?: true

  constructor(
    reply: string,
    { isUnknownCommand = false, message }: { readonly isUnknownCommand?: boolean; readonly message?: string } = {},
  ) {
    super(message ?? `Redis did not carry out the command: ${reply}.`)
    this.reply = reply
    if (isUnknownCommand) this.isUnknownCommand = true
  }
}

/** Returns true if the server answered that it does not know the command. */
export function isUnknownCommand(error: unknown): boolean {
  return error instanceof RedisError && error.isUnknownCommand === true
}

/**
 * Returns true if the server answered, and with this word if one is given. Otherwise the command
 * may or may not have been carried out.
 */
export function isReply(error: unknown, word?: string): boolean {
  if (!(error instanceof RedisError)) return false
  // Replies of servers begin with a word in capitals. Codes of sockets do as well, but begin with
  // E.
  return word === undefined ? /^(?:[A-DF-Z][A-Z]+|ERR|EXECABORT)$/.test(error.reply) : error.reply === word
}

/**
 * Returns the word that an error of the server begins with. Servers before 7.0 put the position in
 * the script before it.
 */
export function replyOf(message: string): string | undefined {
  return /^(?:ERR Error running script .*?@user_script: ?\d+: -?)?([A-Z]{2,})(?=\s|$)/.exec(message)?.[1]
}

/**
 * Returns the same failure without arguments, hosts and messages.
 *
 * @param lastError - The last error event of the client. It says why the client is not connected.
 */
export function redacted(error: unknown, lastError?: unknown): RedisError {
  if (error instanceof RedisError) return error
  const message = messageIn(error)
  // ioredis ends its attempts with this error while a slot moves. It names the last of several
  // errors.
  if (message.startsWith('Too many Cluster redirections')) return new RedisError('TRYAGAIN')
  const reply = replyOf(message)
  if (reply !== undefined) {
    const isUnknownCommand = /^ERR unknown command/i.test(message)
    const refusesLogin = reply === 'NOAUTH' || reply === 'WRONGPASS'
    return new RedisError(reply, refusesLogin ? { message: messageOf(withReason(reply)) } : { isUnknownCommand })
  }
  const { word, meaning } = clientFailureOf(error)
  const reason = lastError === undefined || lastError === error ? undefined : reasonOf(lastError)
  const because = reason === undefined || reason === meaning ? '' : `; the last error of the client: ${reason}`
  return new RedisError(word, { message: messageOf(`${meaning ?? word}${because}`) })
}

function reasonOf(lastError: unknown): string | undefined {
  const reply = replyOf(messageIn(lastError))
  return reply === undefined ? clientFailureOf(lastError).meaning : withReason(reply)
}

/** Errors of other realms are no instances of `Error`. */
function messageIn(error: unknown): string {
  return String((error as { readonly message?: unknown } | undefined)?.message ?? '')
}

function messageOf(failure: string): string {
  return `Redis did not carry out the command: ${failure}. diagnoseRedis(client) says more.`
}
