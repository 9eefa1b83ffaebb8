import { type ExitCode, exitCode } from '../exit-code.ts'
import { createOutput, type Output } from '../output/output.ts'
import { reportFailure } from '../output/watch-process.ts'
import { type OpenStore, openStore, type StoreAccess } from '../store/open-store.ts'
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
    end(reportFailure(error))
  }
}

/**
 * Runs the work of a command over an open store, and closes the store afterwards. With `'read'`,
 * nothing of the store changes.
 */
export async function runOverStore(
  flags: StoreFlags,
  access: StoreAccess,
  work: (opened: OpenStore, output: Output) => Promise<ExitCode>,
): Promise<void> {
  await runCommand(flags, async (output) => {
    const opened = await openStore(flags, access)
    const code = await work(opened, output).catch((error: unknown) => reportFailure(error))
    try {
      await opened.close()
    } catch (error) {
      // What the command found or did counts, and not how it went afterwards.
      const failed = reportFailure(error)
      return code === exitCode.ok ? failed : code
    }
    return code
  })
}

/** Ends the process when nothing is left to do, or soon: a connection may hang. */
function end(code: ExitCode): void {
  process.exitCode = code
  setTimeout(() => process.exit(), 2_000).unref()
}
