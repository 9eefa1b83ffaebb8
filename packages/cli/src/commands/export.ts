import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CliError, misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { counted } from '../output/scope-names.ts'
import { abortOnSignal } from '../progress/abort-on-signal.ts'
import { createProgressBar } from '../progress/progress-bar.ts'
import { assertReplaceable } from '../progress/regular-file.ts'
import { storeCommand } from '../store/store-flags.ts'
import type { ExportEnd } from '../transfer/export-format.ts'
import { exportMarks } from '../transfer/export-marks.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

/** Returns the command that writes all live marks of a store as NDJSON. */
export function exportCommand() {
  return storeCommand('export')
    .summary('write all live marks as NDJSON')
    .description(
      'Writes all live marks of a store as NDJSON, one a line, for a backup or for `revoked import`. It reads the store in pages while it is used. With hashIds, ids are digests; else the export has ids of users: keep it as safe as the store.',
    )
    .option('--output <file>', 'a file, which only you can read. Default: stdout')
    .addHelpText(
      'after',
      examples([
        ['a backup', 'revoked export --output marks.ndjson'],
        [
          'from Redis into PostgreSQL',
          'revoked export --store redis://localhost | revoked import --store postgres://localhost/app',
        ],
        ['the subjects that are revoked', `revoked export | jq -r 'select(.scope == "sub") | .value'`],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async ({ followable, kept }, { json, value, note }) => {
        const path = flags.output === '-' ? undefined : flags.output
        if (path !== undefined) assertReplaceable(path, '--output')
        let end: ExportEnd = { marks: 0, digests: 0 }
        // On the terminal that shows the marks, it would be among them.
        const hasBar = path !== undefined || !process.stdout.isTTY
        const bar = createProgressBar('marks', undefined)
        const text = exportMarks({
          store: followable(),
          settings: kept,
          onProgress: (reached) => {
            end = reached
            if (hasBar) bar.show(end.marks)
          },
        })
        await abortOnSignal((signal) => write(text, path, signal)).finally(hasBar ? bar.clear : undefined)
        if (json && path !== undefined) value(end)
        else note(`exported ${counted(end.marks, 'mark')}`)
        return exitCode.ok
      }),
    )
}

/** Writes to a file, which has its name when it is complete, or to stdout. */
async function write(text: AsyncIterable<string>, path: string | undefined, signal: AbortSignal): Promise<void> {
  if (path === undefined) {
    await pipeline(Readable.from(text), process.stdout, { end: false, signal }).catch((error: unknown) => {
      if (Object(error).code !== 'EPIPE') throw error
      throw new CliError('What reads the output has ended before it had all marks.', exitCode.failed)
    })
    return
  }
  const part = `${path}.part`
  try {
    await writeFile(text, part, signal)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function writeFile(text: AsyncIterable<string>, path: string, signal: AbortSignal): Promise<void> {
  const file = (await openNew(path)).createWriteStream()
  let failure: unknown
  file.once('error', (error) => {
    failure = error
  })
  await pipeline(Readable.from(text), file, { signal }).catch((error: unknown) => {
    throw error === failure && !signal.aborted ? unwritable(error) : error
  })
}

/** The mode is that of a new file only, so what is there is removed. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    await rm(path, { force: true })
    return await open(path, 'wx', 0o600)
  } catch (error) {
    throw unwritable(error)
  }
}

function unwritable(cause: unknown): CliError {
  return misuse(`The file of --output cannot be written: ${String(Object(cause).code)}.`)
}
