import { type ExitCode, exitCode } from '../exit-code.ts'
import { createOutput, type Output } from '../output/output.ts'
import { reportOf } from '../output/report-error.ts'
import { type OpenStore, openStore } from '../store/open-store.ts'
import type { StoreFlags } from '../store/store-flags.ts'

/**
 * Runs the work of a command, reports how it ended on stderr, and sets the exit code of the
 * process. It never rejects.
 */
export async function runCommand(
  { json = false }: { readonly json?: true | undefined | boolean },
  work: (output: Output) => Promise<ExitCode>,
): Promise<void> {
  const output = createOutput(json)
  try {
    end(await work(output))
  } catch (error) {
    if (process.env['REVOKED_DEBUG']) process.stderr.write(`${String(Object(error).stack ?? error)}\n`)
    const { exitCode: code, lines } = reportOf(error, output.noteStyle)
    for (const line of lines) output.note(line)
    end(code)
  }
}

/** Runs the work of a command over an open store, and closes the store afterwards. */
export async function runOverStore(
  flags: StoreFlags,
  work: (opened: OpenStore, output: Output) => Promise<ExitCode>,
): Promise<void> {
  await runCommand(flags, async (output) => {
    const opened = await openStore(flags)
    try {
      return await work(opened, output)
    } finally {
      await opened.close()
    }
  })
}

/** Ends the process when nothing is left to do, or soon: a connection may hang. */
function end(code: ExitCode): void {
  process.exitCode = process.exitCode === exitCode.interrupted ? exitCode.interrupted : code
  setTimeout(() => process.exit(), 2_000).unref()
}
