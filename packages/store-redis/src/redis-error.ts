/**
 * What a command failed with. Clients put the arguments of the command into their errors, and addresses into the messages: ids
 * and hosts. Kept is the first word of the server's reply (`OOM`, `READONLY`), or the code of the failure (`ECONNREFUSED`).
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

/** The same failure, without what it must not tell. */
export function redacted(error: unknown): RedisError {
  if (error instanceof RedisError) return error
  const {
    message = '',
    code,
    name,
  } = (error ?? {}) as { readonly message?: unknown; readonly code?: unknown; readonly name?: unknown }
  const [word] = /^[A-Z]{2,}(?=\s|$)/.exec(String(message)) ?? []
  return new RedisError(word ?? (typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'))
}
