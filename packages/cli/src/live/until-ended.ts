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
  // A reader that ends early, such as `head`, has seen what it wanted.
  const onError = (): void => end(exitCode.ok)
  const onSignal = (): void => end(exitCode.interrupted)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, onSignal)
  process.stdout.once('error', onError)
  const timer = forMs === undefined ? undefined : setTimeout(onError, forMs)
  void ended.then(() => {
    clearTimeout(timer)
    process.stdout.off('error', onError)
    // A second Ctrl-C ends the process at once.
    for (const signal of signals) process.off(signal, onSignal)
  })
  return { ended, end: () => end(exitCode.ok) }
}
