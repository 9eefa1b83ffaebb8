import { interrupted } from '../errors.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs work that ends in order if it is interrupted: the signal of its argument is aborted by the
 * first Ctrl-C or signal of the system, and a second one ends the process at once.
 *
 * @throws CliError (interrupted, rejects) in place of what the work threw after an interruption.
 */
export async function abortOnSignal<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController()
  const { signal } = controller
  const abort = (): void => {
    release()
    controller.abort(interrupted())
  }
  const release = (): void => {
    for (const name of signals) process.off(name, abort)
  }
  for (const name of signals) process.on(name, abort)
  try {
    return await work(signal)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    release()
  }
}
