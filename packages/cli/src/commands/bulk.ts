import { createHash } from 'node:crypto'
import { Command, Option } from '@commander-js/extra-typings'
import { checkTargets, nowhere } from '../bulk/check-targets.ts'
import { type BulkItem, readTargets } from '../bulk/read-targets.ts'
import { type Rehearsal, rehearse } from '../bulk/rehearse.ts'
import { revokeAll } from '../bulk/revoke-all.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { readInput } from '../input/read-input.ts'
import type { Output } from '../output/output.ts'
import { counted, grouped } from '../output/scope-names.ts'
import { abortOnSignal } from '../progress/abort-on-signal.ts'
import { createPace } from '../progress/pace.ts'
import { createProgressBar } from '../progress/progress-bar.ts'
import { progressFile, progressPath } from '../progress/progress-file.ts'
import { resumeRun } from '../progress/resume-run.ts'
import { nameOfStore, type OpenStore } from '../store/open-store.ts'
import { storeCommand, toCount } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'
import { targetIssuer } from './target-flags.ts'

/** A text of Node has at most about 500 million characters. */
const maxBytes = 500_000_000

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
      'Revokes what a file lists, one a line: an id, or JSON such as {"subject": "ada", "reason": "leaked"}. All lines are read and checked before anything is revoked. A run that was interrupted goes on where it ended, if it is started again, and tokens issued since its start stay active.',
    )
    .option('--file <file>', 'the list, or - for stdin', '-')
    .addOption(new Option('--as <kind>', 'what a line is').choices(['subject', 'session', 'jti']).default('subject'))
    .addOption(new Option('--claim <name>', 'each line is a value of this claim').conflicts('as'))
    .option('--issuer <iss>', 'the issuer of the targets, if ids are unique per issuer only')
    .option('--reason <code>', 'why, for lines that do not say it')
    .option('--actor <name>', 'who, for the audit trail')
    .addOption(new Option('--pace <count>', 'at most so many a second').argParser(toCount))
    .option('--progress <file>', 'where to keep the progress. Default: the file with .progress, none for stdin')
    .option('--dry-run', 'say how many marks would change, and who is logged in. Revoke nothing')
    .addHelpText(
      'after',
      examples([
        ['what would it come to?', 'revoked bulk revoke --file users.txt --dry-run'],
        ['users whose passwords leaked', 'revoked bulk revoke --file users.txt --reason password_leaked'],
        ['from a query', `psql -Atc 'SELECT id FROM banned' | revoked bulk revoke --reason banned`],
        ['in the background of a busy day', 'revoked bulk revoke --file users.txt --pace 500'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, flags.dryRun === true ? 'read' : 'write', async (opened, output) => {
        const content = await readInput(flags.file, { option: '--file', maxBytes })
        const { issuer } = targetIssuer(flags, opened.revocation())
        const items = readTargets(content, { as: flags.as, claim: flags.claim, issuer })
        const { reason, actor } = flags
        await checkTargets({ revocation: opened.revocation(nowhere), items, issuer, reason, actor })
        const bulk = { items, content, opened, flags }
        return flags.dryRun === true ? await dryRun(bulk, output) : await run(bulk, output)
      }),
    )
}

interface BulkFlags {
  readonly file: string
  readonly as: string
  readonly claim?: string | undefined
  readonly issuer?: string | undefined
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

async function dryRun({ items, opened, flags }: Bulk, output: Output): Promise<ExitCode> {
  const { reason, actor } = flags
  const bar = createProgressBar('targets', items.length)
  const found = await abortOnSignal((signal) =>
    rehearse({
      revocation: opened.revocation(),
      sessions: opened.sessions(),
      items,
      reason,
      actor,
      onProgress: bar.show,
      signal,
    }),
  ).finally(bar.clear)
  return reportDryRun(items.length, found, output)
}

async function run({ items, content, opened, flags }: Bulk, output: Output): Promise<ExitCode> {
  const { file, as, claim, issuer, reason, actor, pace } = flags
  const path = progressPath(file, flags.progress)
  // On another store, nothing of it was done.
  const of = createHash('sha256')
    .update(JSON.stringify([content, as, claim, issuer, await nameOfStore(opened)]))
    .digest('base64url')
  const resumed = await resumeRun(progressFile(path), of, output)
  const before = resumed.done()
  const bar = createProgressBar('targets', items.length)
  try {
    const revoked = await abortOnSignal((signal) =>
      revokeAll({
        revocation: opened.revocation(),
        items,
        run: resumed,
        pace: createPace(pace),
        reason,
        actor,
        onProgress: bar.show,
        signal,
      }),
    )
    bar.clear()
    await resumed.finished()
    return report({ targets: items.length, revoked, already: items.length - before - revoked }, output)
  } catch (error) {
    bar.clear()
    const done = `${grouped(resumed.done())} of ${counted(items.length, 'target')} are revoked.`
    output.note(path === undefined ? done : `${done} Run the same command again to go on.`)
    await resumed.interrupted()
    throw error
  }
}

interface BulkSummary {
  readonly targets: number
  /** The number of targets of this run that revoked anything. */
  readonly revoked: number
  readonly already: number
}

function report(summary: BulkSummary, { json, value, line, style }: Output): ExitCode {
  const { targets, already } = summary
  const some = already > 0 ? `, ${grouped(already)} of them were revoked already` : ''
  if (json) value(summary)
  else line(`${style.good('revoked')} ${counted(targets, 'target')}${some}`)
  return exitCode.ok
}

function reportDryRun(
  targets: number,
  { changes, people, devices }: Rehearsal,
  { json, value, line, style }: Output,
): ExitCode {
  if (json) {
    value({ dryRun: true, targets, wouldChange: changes, people, devices })
    return exitCode.ok
  }
  line(`${style.good('would revoke')} ${counted(targets, 'target')}: ${counted(changes, 'mark')} would change`)
  if (people !== undefined && devices !== undefined)
    line(`logged in now, by the list of sessions: ${counted(people, 'user')} with ${counted(devices, 'session')}`)
  return exitCode.ok
}
