import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command, Option } from '@commander-js/extra-typings'
import { type BulkItem, readTargets } from '../bulk/read-targets.ts'
import { revokeAll } from '../bulk/revoke-all.ts'
import { misuse } from '../errors.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { grouped } from '../output/scope-names.ts'
import { createPace } from '../progress/pace.ts'
import { createProgressBar } from '../progress/progress-bar.ts'
import { progressFile } from '../progress/progress-file.ts'
import { resumeRun } from '../progress/resume-run.ts'
import type { OpenStore } from '../store/open-store.ts'
import { storeCommand, toCount } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

/** Returns the commands over many targets. */
export function bulkCommand() {
  return new Command('bulk')
    .summary('revoke many targets from a file')
    .description('Commands over many targets, one a line.')
    .addCommand(revokeCommand())
}

function revokeCommand() {
  return storeCommand('revoke')
    .summary('revoke what a file lists')
    .description(
      'Revokes what a file lists, one a line: an id, or JSON such as {"subject": "ada", "reason": "leaked"}. All lines are read before anything is revoked. A run that was interrupted goes on where it ended, if it is started again, and tokens issued since its start stay active.',
    )
    .option('--file <file>', 'the list, or - for stdin', '-')
    .addOption(new Option('--as <kind>', 'what a line is').choices(['subject', 'session', 'jti']).default('subject'))
    .option('--claim <name>', 'each line is a value of this claim')
    .option('--issuer <iss>', 'the issuer of the targets, if ids are unique per issuer only')
    .option('--reason <code>', 'why, for lines that do not say it')
    .option('--actor <name>', 'who, for the audit trail')
    .addOption(new Option('--pace <count>', 'at most so many a second').argParser(toCount))
    .option('--progress <file>', 'where to keep the progress. Default: the file with .progress, none for stdin')
    .option('--dry-run', 'read and count the lines, and revoke nothing')
    .addHelpText(
      'after',
      examples([
        ['users whose passwords leaked', 'revoked bulk revoke --file users.txt --reason password_leaked'],
        ['from a query', `psql -Atc 'SELECT id FROM banned' | revoked bulk revoke --reason banned`],
        ['in the background of a busy day', 'revoked bulk revoke --file users.txt --pace 500'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, async (opened, output) => {
        const content = await contentOf(flags.file)
        const revocation = opened.revocation()
        if (revocation.issuer === '*' && flags.issuer === undefined)
          throw misuse("The services of this store name ids with their issuer (issuer: '*'): give --issuer <iss>.")
        const issuer = revocation.issuer === '*' ? flags.issuer : undefined
        const items = readTargets(content, { as: flags.as, claim: flags.claim, issuer })
        if (flags.dryRun === true)
          return report({ targets: items.length, revoked: 0, already: 0 }, output, 'would revoke')
        return await run({ items, content, opened, flags }, output)
      }),
    )
}

interface BulkFlags {
  readonly file: string
  readonly as: string
  readonly claim?: string | undefined
  readonly reason?: string | undefined
  readonly actor?: string | undefined
  readonly pace?: number | undefined
  readonly progress?: string | undefined
}

interface Bulk {
  readonly items: readonly BulkItem[]
  readonly content: string
  readonly opened: OpenStore
  readonly flags: BulkFlags
}

async function run({ items, content, opened, flags }: Bulk, output: Output): Promise<ExitCode> {
  const { file, as, claim = '', reason, actor, pace } = flags
  const of = createHash('sha256')
    .update(JSON.stringify([content, as, claim]))
    .digest('base64url')
  const progress = progressFile(flags.progress ?? (file === '-' ? undefined : `${file}.progress`))
  const resumed = await resumeRun(progress, of, output)
  const before = resumed.done()
  const bar = createProgressBar('targets', items.length)
  try {
    const revoked = await revokeAll({
      revocation: opened.revocation(),
      items,
      run: resumed,
      pace: createPace(pace),
      reason,
      actor,
      onProgress: bar.show,
    })
    bar.clear()
    await resumed.finished()
    return report({ targets: items.length, revoked, already: items.length - before - revoked }, output, 'revoked')
  } catch (error) {
    bar.clear()
    await resumed.interrupted()
    const done = `${grouped(resumed.done())} of ${grouped(items.length)} targets are revoked.`
    output.note(file === '-' && flags.progress === undefined ? done : `${done} Run the same command again to go on.`)
    throw error
  }
}

interface BulkSummary {
  readonly targets: number
  /** The number of targets of this run that revoked anything. */
  readonly revoked: number
  readonly already: number
}

function report(summary: BulkSummary, { json, value, line, style }: Output, verb: string): ExitCode {
  const { targets, already } = summary
  if (json) value(summary)
  else
    line(
      `${style.good(verb)} ${grouped(targets)} targets${already > 0 ? `, ${grouped(already)} of them were revoked already` : ''}`,
    )
  return exitCode.ok
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin)
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    throw misuse(`The file of --file cannot be read: ${String(Object(cause).code)}.`)
  })
}
