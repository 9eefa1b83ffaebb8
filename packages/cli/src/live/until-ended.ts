import { type ExitCode, exitCode } from '../exit-code.ts'

/** The end of a command that runs until somebody ends it. */
export interface Ending {
  /** Resolves with the exit code when the command has to end. */
  readonly ended: Promise<ExitCode>
  /** Ends the command: it has done what it was asked for. */
  readonly end: () => void
}

/** Returns the end of a command: by Ctrl-C or a signal, after a time, or when it says so. */
export function untilEnded(forMs: number | undefined): Ending {
  let end: (code: ExitCode) => void = () => undefined
  const ended = new Promise<ExitCode>((resolve) => {
    end = resolve
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(exitCode.interrupted))
  // A reader that ends early, such as `head`.
  process.stdout.once('error', () => end(exitCode.ok))
  if (forMs !== undefined) setTimeout(() => end(exitCode.ok), forMs)
  return { ended, end: () => end(exitCode.ok) }
}
