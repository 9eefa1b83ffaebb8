/**
 * What a command failed with. Clients put the arguments of the command into their errors, and
 * addresses into the messages: ids and hosts. Kept is the first word of the server's reply (`OOM`,
 * `READONLY`), or the code of the failure (`ECONNREFUSED`).
 */
export class RedisError extends Error {
  /** Such as `WRONGTYPE`, `ECONNREFUSED` or the client's name for it. */
  readonly reply: string

  static {
    RedisError.prototype.name = 'RedisError'
  }

  constructor(reply: string) {
    super(`Redis did not carry out the command: ${reply}.`)
    this.reply = reply
  }
}

/**
 * Whether the server answered, and with this word if one is given. Otherwise the command may or may
 * not have been carried out.
 */
export function isReply(error: unknown, word?: string): boolean {
  if (!(error instanceof RedisError)) return false
  // Servers begin their errors with a word in capitals. So do sockets, but theirs begin with E.
  return word === undefined ? /^(?:[A-DF-Z][A-Z]+|ERR|EXECABORT)$/.test(error.reply) : error.reply === word
}

/**
 * The word that an error of the server begins with. Servers before 7.0 put where a script failed
 * before it.
 */
export function replyOf(message: string): string | undefined {
  return /^(?:ERR Error running script .*?@user_script: ?\d+: -?)?([A-Z]{2,})(?=\s|$)/.exec(message)?.[1]
}

/** The same failure, without what it must not tell. */
export function redacted(error: unknown): RedisError {
  if (error instanceof RedisError) return error
  // How ioredis ends its attempts while a slot moves. The error that it names is one of several, by
  // chance.
  if (error instanceof Error && error.message.startsWith('Too many Cluster redirections'))
    return new RedisError('TRYAGAIN')
  const {
    message = '',
    code,
    name,
  } = (error ?? {}) as { readonly message?: unknown; readonly code?: unknown; readonly name?: unknown }
  return new RedisError(
    replyOf(String(message)) ?? (typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'),
  )
}
