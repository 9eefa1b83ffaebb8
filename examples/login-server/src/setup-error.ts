/**
 * Something outside this program keeps it from starting. Whoever started it can put it right: the
 * message is all they need.
 */
export class SetupError extends Error {
  static {
    SetupError.prototype.name = 'SetupError'
  }
}

/**
 * Ends the process with the message. Any other error is a fault of this program, and keeps its
 * stack.
 */
export function exitWith(error: unknown): never {
  if (!(error instanceof SetupError)) throw error
  console.error(error.message)
  return process.exit(1)
}
