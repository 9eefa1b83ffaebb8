import { createReadStream } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { Option } from '@commander-js/extra-typings'
import { isRestorable, type RestorableStore } from '@revoked/core'
import { CliError, misuse } from '../errors.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { counted, grouped } from '../output/scope-names.ts'
import { abortOnSignal } from '../progress/abort-on-signal.ts'
import { createPace } from '../progress/pace.ts'
import { createProgressBar } from '../progress/progress-bar.ts'
import { type ProgressFile, progressFile, progressPath } from '../progress/progress-file.ts'
import { isRegularFile } from '../progress/regular-file.ts'
import { resumeRun } from '../progress/resume-run.ts'
import type { OpenStore } from '../store/open-store.ts'
import { storeCommand, toCount } from '../store/store-flags.ts'
import { readHeader } from '../transfer/export-format.ts'
import { agree, assertMovable, endOf, nameOfRun } from '../transfer/import-checks.ts'
import { importMarks, missingFrom } from '../transfer/import-marks.ts'
import { linesOf } from '../transfer/lines-of.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

/** Returns the command that merges an export into a store. */
export function importCommand() {
  return storeCommand('import')
    .summary('merge an export into a store')
    .description(
      'Merges the marks of an export into a store, and verifies by a scan that it has all of them. What the store holds stays. A run that was interrupted goes on where it ended, if it is started again with the same file.',
    )
    .option('--file <file>', 'the export, or - for stdin', '-')
    .option('--progress <file>', 'where to keep the progress. Default: the file with .progress, none for stdin')
    .addOption(new Option('--pace <count>', 'at most so many marks a second').argParser(toCount))
    .addHelpText(
      'after',
      examples([
        ['restore a backup', 'revoked import --file marks.ndjson --store redis://localhost:6379'],
        ['move to another prefix', 'revoked export --prefix app | revoked import --prefix shop'],
        ['hash ids from now on', 'revoked import --file marks.ndjson --prefix hashed --hash-ids'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'write', async (opened, output) => {
        const store = restorable(opened)
        const { file, pace } = flags
        const progress = progressFile(progressPath(file, flags.progress))
        return await abortOnSignal((signal) => run({ file, pace, progress, store, opened, signal }, output))
      }),
    )
}

interface Import {
  readonly file: string
  readonly pace: number | undefined
  readonly progress: ProgressFile
  readonly store: RestorableStore
  readonly opened: OpenStore
  readonly signal: AbortSignal
}

async function run({ file, pace, progress, store, opened, signal }: Import, output: Output): Promise<ExitCode> {
  const end = isRegularFile(file) ? await endOf(file) : undefined
  const lines = linesOf(addAbortSignal(signal, file === '-' ? process.stdin : createReadStream(file)))
  const header = readHeader((await lines.next()).value ?? undefined)
  assertMovable(header, end, opened, store)
  await agree(header, opened)
  const run = await resumeRun(progress, await nameOfRun(header, store), output)
  const bar = createProgressBar('marks', end?.marks)
  let result: ImportSummary
  try {
    const { marks, expired, expected } = await importMarks({
      store,
      header,
      lines,
      skip: run.done(),
      pace: createPace(pace),
      signal,
      onStored: async (stored) => {
        bar.show(stored)
        await run.reached(stored)
      },
    })
    const missing = await missingFrom(store, expected, signal)
    await run.finished()
    bar.clear()
    result = { marks, expired, missing }
  } catch (error) {
    bar.clear()
    const goOn = isRegularFile(file) ? 'to go on' : 'with the same input: what is stored stays'
    output.note(`${grouped(run.done())} of the marks are stored. Run the same command again ${goOn}.`)
    await run.interrupted()
    throw error
  }
  return print(result, output)
}

interface ImportSummary {
  readonly marks: number
  readonly expired: number
  readonly missing: number
}

function print(result: ImportSummary, output: Output): ExitCode {
  const { marks, expired, missing } = result
  if (output.json) output.value(result)
  else {
    const gone = expired > 0 ? `, ${grouped(expired)} of them have expired` : ''
    output.line(`${output.style.good('imported')} ${counted(marks, 'mark')}${gone}`)
  }
  if (missing === 0) return exitCode.ok
  throw new CliError(
    `The store lacks ${counted(missing, 'mark')} of the export: they were reinstated meanwhile, or the store was emptied. Run the import again.`,
    exitCode.failed,
  )
}

function restorable({ followable }: OpenStore): RestorableStore {
  const store = followable()
  if (isRestorable(store)) return store
  throw misuse('The store of the configuration cannot import marks: it has no `restore`.')
}
