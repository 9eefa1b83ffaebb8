import { type ExitCode, exitCode } from './exit-code.ts'

/**
 * An error that the command line reports in full: its message contains no token, id or address. It
 * says what failed and what to do.
 */
export class CliError extends Error {
  /** The exit code of the process. */
  readonly exitCode: ExitCode

  static {
    CliError.prototype.name = 'CliError'
  }

  constructor(message: string, code: ExitCode, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = code
  }
}

/** Returns the error for arguments, a configuration or an input that is wrong. */
export function misuse(message: string, options?: ErrorOptions): CliError {
  return new CliError(message, exitCode.misuse, options)
}

/** Returns the error for a command that Ctrl-C or a signal has ended. */
export function interrupted(): CliError {
  return new CliError('Ended by a signal.', exitCode.interrupted)
}

/** Returns the error for a store that could not answer. */
export function unavailable(message: string, options?: ErrorOptions): CliError {
  return new CliError(message, exitCode.unavailable, options)
}

/**
 * Returns whether it is a failure of a store: the clients of Redis and PostgreSQL, or SQLite. Their
 * messages have been rid of what they may contain, except for those of SQLite, which name tables.
 */
export function isOfStore(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const { name, code } = error as NodeJS.ErrnoException
  return name === 'RedisError' || name === 'PostgresError' || /^(?:SQLITE_|ERR_SQLITE_ERROR$)/.test(code ?? '')
}
