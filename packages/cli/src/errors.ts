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

/** Returns the error for a store that could not answer. */
export function unavailable(message: string, options?: ErrorOptions): CliError {
  return new CliError(message, exitCode.unavailable, options)
}
