import { readFileSync } from 'node:fs'
import { Command, type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings'
import { bulkCommand } from './commands/bulk.ts'
import { checkCommand } from './commands/check.ts'
import { completionCommand } from './commands/completion.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { reinstateCommand } from './commands/reinstate.ts'
import { revokeCommand } from './commands/revoke.ts'
import { sessionsCommand } from './commands/sessions.ts'
import { statsCommand } from './commands/stats.ts'
import { targetGroup } from './commands/target-flags.ts'
import { topCommand } from './commands/top.ts'
import { watchCommand } from './commands/watch.ts'
import { whyCommand } from './commands/why.ts'
import { exitCodeHelp } from './exit-code.ts'
import { printable } from './output/printable.ts'
import { scrub } from './output/scrub.ts'
import { createStyle, hasColours } from './output/style.ts'
import { storeGroup } from './store/store-flags.ts'

const help = `
Where the store is:
  --store <address>, else --config <file>, else REVOKED_STORE, else
  revoked.config.mjs in this folder. Addresses:

    redis://host:6379/0   rediss://host:6379
    postgres://host/database   sqlite:path/to/app.db

  Secrets come from the environment: REVOKED_STORE (a whole address), or
  REVOKED_STORE_USER and REVOKED_STORE_PASSWORD beside --store. The options of
  the store, such as hashIds and maxTokenLifetime, are read from the store.

${exitCodeHelp}

Examples:
  # what is wrong with this server?
  $ revoked doctor --store redis://localhost:6379
  # is this token revoked, and why?
  $ revoked check --token token.txt
  # log a user out everywhere
  $ revoked revoke --subject ada --reason password_changed

Run \`revoked help <command>\` for the options of a command.`

/** Returns the program: all commands and their help. */
export function createProgram(): Command {
  const style = createStyle(hasColours(process.stderr, process.env))
  const program = new Command('revoked')
    .description('Asks a store of revocations what is wrong, who is revoked and why. Revokes, moves and watches.')
    .version(version(), '-V, --version')
    .addHelpText('after', help)
    .showSuggestionAfterError()
  program.commandsGroup('Ask:')
  for (const command of [doctorCommand(), checkCommand(), whyCommand(), statsCommand()])
    program.addCommand(command as Command)
  program.commandsGroup('Watch:')
  program.addCommand(watchCommand()).addCommand(topCommand())
  program.commandsGroup('Change:')
  program.addCommand(revokeCommand()).addCommand(reinstateCommand()).addCommand(bulkCommand())
  program.addCommand(sessionsCommand())
  program.commandsGroup('Move:')
  program.addCommand(exportCommand()).addCommand(importCommand())
  program.commandsGroup('Set up:')
  program.addCommand(completionCommand(() => program as unknown as CommandUnknownOpts))
  for (const command of withSubcommands(program as unknown as CommandUnknownOpts)) {
    command
      .exitOverride()
      .configureHelp({ groupItems: inOrder })
      // An argument in the wrong place may be a token.
      .configureOutput({
        outputError: (text, write) => {
          const lines = scrub(text).split('\n').map(printable)
          write(lines.join('\n').replace(/^error:/, style.bad('error:')))
        },
      })
  }
  return program as unknown as Command
}

/**
 * Lists the options that name a target first, and those of the store last, which are always the
 * same.
 */
const inOrder: Help['groupItems'] = (items, visible, groupOf) => {
  const rank = (item: CommandUnknownOpts | Option): number => {
    const group = groupOf(item as never)
    if (group === targetGroup) return 0
    return group === storeGroup ? 2 : 1
  }
  return Help.prototype.groupItems(
    items.toSorted((a, b) => rank(a) - rank(b)),
    visible,
    groupOf,
  )
}

function withSubcommands(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return String(Object(manifest).version)
}
