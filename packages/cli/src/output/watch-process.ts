import { type ExitCode, exitCode } from '../exit-code.ts'
import { createOutput } from './output.ts'
import { reportOf } from './report-error.ts'

/**
 * Decides what failures of the process itself mean.
 *
 * - A reader of stdout that ends early, such as `head`, is no failure of what was done: the command
 *   goes on, and its exit code is that of its work. What only writes, such as `export`, sees it.
 * - Any other failure of stdout, such as a full disk, ends the process with code 1.
 * - Nobody can be told that stderr has failed.
 * - An error that nobody has caught is reported like others: its message may contain secrets.
 */
export function watchProcess(process: NodeJS.Process): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`error: The output cannot be written: ${error.code}.\n`)
    process.exit(exitCode.failed)
  })
  process.stderr.on('error', () => undefined)
  process.on('uncaughtException', (error) => process.exit(reportFailure(error)))
  hideWarning(process)
}

/** Prints why a command has failed, and returns the exit code. */
export function reportFailure(error: unknown): ExitCode {
  const { note, noteStyle } = createOutput(false)
  const { exitCode: code, lines } = reportOf(error, noteStyle)
  const isDebugged = process.env['REVOKED_DEBUG'] !== undefined && lines.length > 0
  if (isDebugged) for (const line of String(Object(error).stack ?? error).split('\n')) note(line)
  for (const line of lines) note(line)
  return code
}

/** `node:sqlite` is called experimental, which is no concern of who runs a command. */
function hideWarning(process: NodeJS.Process): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.startsWith('SQLite')) return
    for (const print of printers) print(warning)
  })
}
