import { Option } from '@commander-js/extra-typings'
import type { LogEntry } from '@revoked/core'
import { followStore } from '@revoked/core/follow'
import { startConnectionNotes } from '../live/connection-notes.ts'
import { untilEnded } from '../live/until-ended.ts'
import type { Output } from '../output/output.ts'
import { shown } from '../output/printable.ts'
import { storeCommand, toCount, toTimer } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

const maxStalenessMs = 2_000

/** Returns the command that prints changes as they come. */
export function watchCommand() {
  return storeCommand('watch')
    .summary('print revocations as they come')
    .description(
      'Prints what is revoked and reinstated from now on, by any service, until Ctrl-C. With hashIds, ids are digests. It only reads.',
    )
    .option('--scope <scopes...>', 'only of these scopes: sub, sid, jti, all or a claim')
    .addOption(new Option('--count <count>', 'end after so many changes').argParser(toCount))
    .addOption(new Option('--for <duration>', 'end after this time').argParser(toTimer))
    .addHelpText(
      'after',
      examples([
        ['who is logged out right now?', 'revoked watch --scope sub'],
        ['for a program', 'revoked watch --json | jq -r .reason'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async ({ followable }, output) => {
        const store = followable()
        // A store that cannot be read is reported at once, and not retried.
        await Promise.all(Array.from({ length: store.logs }, (_, log) => store.read(log)))
        const { scope, count = Infinity } = flags
        const { ended, end } = untilEnded(flags.for)
        let printed = 0
        const waiting = new Set(Array.from({ length: store.logs }, (_, log) => log))
        const following = followStore(
          store,
          {
            apply: (entry) => {
              if (printed >= count || (scope !== undefined && !scope.includes(entry.key.scope))) return
              print(entry, output)
              if (++printed >= count) end()
            },
            reset: (log) => {
              if (!waiting.has(log)) output.note('changes were missed: the log does not reach back to them')
            },
            confirmed: (log) => {
              if (waiting.delete(log) && waiting.size === 0) output.note('watching for changes')
            },
          },
          { maxStalenessMs },
        )
        const notes = startConnectionNotes(following, output)
        try {
          return await ended
        } finally {
          notes.stop()
          following.close()
        }
      }),
    )
}

function print({ key, mark }: LogEntry, { json, value, line, style }: Output): void {
  const at = new Date().toISOString()
  const action = mark === undefined ? 'reinstate' : 'revoke'
  if (json) {
    const { reason, expiresAt } = mark ?? {}
    value({ at, action, ...key, reason, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) })
    return
  }
  const head = `${style.dim(at)} ${mark === undefined ? style.good('reinstated') : style.bad('revoked')} ${style.bold(key.scope)} ${shown(key.value)}`
  if (mark === undefined) line(head)
  else
    line(
      `${head}${mark.reason === undefined ? '' : `, reason ${shown(mark.reason)}`}, until ${new Date(mark.expiresAt).toISOString()}`,
    )
}
