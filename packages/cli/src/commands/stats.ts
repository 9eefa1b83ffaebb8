import { exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { shown } from '../output/printable.ts'
import { counted, duration, grouped, reasonName, scopeName } from '../output/scope-names.ts'
import type { KeptSettings } from '../store/backend.ts'
import { storeCommand } from '../store/store-flags.ts'
import { type StoreSummary, summariseStore } from '../store/summarise-store.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

/** The number of reasons that are listed. */
const mostReasons = 10

/** Returns the command that counts what a store holds. */
export function statsCommand() {
  return storeCommand('stats')
    .summary('what a store holds: marks by scope and reason, settings')
    .description(
      'Counts the live marks of a store, and shows what its services have agreed on. It reads all marks once, in pages: about a second for 100,000.',
    )
    .addHelpText(
      'after',
      examples([
        ['for people', 'revoked stats --store redis://localhost:6379'],
        ['the number of marks, for a script', 'revoked stats --json | jq .marks'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async ({ followable, kept }, output) => {
        const summary = await summariseStore(followable())
        if (output.json) output.value(asJson(summary, kept))
        else print(summary, kept, output)
        return exitCode.ok
      }),
    )
}

function asJson({ byScope, byReason, ...summary }: StoreSummary, kept: KeptSettings | undefined): object {
  return { ...summary, byScope: Object.fromEntries(byScope), byReason: Object.fromEntries(byReason), settings: kept }
}

function print(summary: StoreSummary, kept: KeptSettings | undefined, { line, style }: Output): void {
  line(
    `${style.bold(counted(summary.marks, 'live mark'))}, ${grouped(summary.expiringSoon)} of them expire within an hour`,
  )
  for (const [scope, count] of summary.byScope) line(`  ${grouped(count).padStart(12)}  ${scopeName(scope)}`)
  const reasons = [...summary.byReason].slice(0, mostReasons)
  if (reasons.length > 0) line(style.bold('Reasons'))
  for (const [reason, count] of reasons) line(`  ${grouped(count).padStart(12)}  ${reasonName(reason)}`)
  line(style.bold('Change log'))
  line(`  ${counted(summary.changes, 'change')} so far, in ${counted(summary.logs, 'log')}`)
  if (kept === undefined) return
  line(style.bold('Agreed settings'))
  line(`  maxTokenLifetime ${duration(kept.maxTokenLifetime)}, clockTolerance ${duration(kept.clockTolerance)}`)
  line(`  claims ${kept.claims.length === 0 ? '(none)' : kept.claims.map(shown).join(', ')}, hashIds ${kept.hashIds}`)
}
