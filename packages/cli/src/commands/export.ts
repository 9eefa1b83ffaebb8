import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { grouped } from '../output/scope-names.ts'
import { createProgressBar } from '../progress/progress-bar.ts'
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
      runOverStore(flags, async ({ followable, kept }, { json, value, note }) => {
        let end: ExportEnd = { marks: 0, digests: 0 }
        const bar = createProgressBar('marks', undefined)
        const text = exportMarks({
          store: followable(),
          settings: kept,
          onProgress: (reached) => {
            end = reached
            bar.show(end.marks)
          },
        })
        await write(text, flags.output)
        bar.clear()
        if (json && flags.output !== undefined) value(end)
        else note(`exported ${grouped(end.marks)} marks`)
        return exitCode.ok
      }),
    )
}

/** Writes to a file, which has its name when it is complete, or to stdout. */
async function write(text: AsyncIterable<string>, path: string | undefined): Promise<void> {
  if (path === undefined) {
    await pipeline(Readable.from(text), process.stdout, { end: false })
    return
  }
  const part = `${path}.part`
  const file = createWriteStream(part, { mode: 0o600 })
  let failure: unknown
  file.once('error', (error) => {
    failure = error
  })
  try {
    await pipeline(Readable.from(text), file)
    await rename(part, path)
  } catch (error) {
    if (error !== failure) throw error
    throw misuse(`The file of --output cannot be written: ${String(Object(error).code)}.`)
  }
}
