/**
 * An error that the user of this program can fix, such as an unreachable Redis. Only its message is
 * printed.
 */
export class SetupError extends Error {
  static {
    SetupError.prototype.name = 'SetupError'
  }
}

/**
 * Prints the message of a {@link SetupError} and ends the process. Throws any other error, which is
 * a defect of this program.
 */
export function exitWith(error: unknown): never {
  if (!(error instanceof SetupError)) throw error
  console.error(error.message)
  return process.exit(1)
}
