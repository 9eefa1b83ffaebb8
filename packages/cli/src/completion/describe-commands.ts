import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/** What a shell completes of one command. */
export interface CompletedCommand {
  /** The names of the command and those above it, without the program: `sessions list`. */
  readonly path: string
  readonly summary: string
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[]
  readonly options: readonly CompletedOption[]
  /** The values of its arguments, if there are few. */
  readonly choices: readonly string[]
}

/** What a shell completes of one option. */
export interface CompletedOption {
  /** With its dashes: `--store`. */
  readonly name: string
  readonly description: string
  readonly takesValue: boolean
  /** Whether its value is the name of a file. */
  readonly isFile: boolean
  readonly choices: readonly string[]
}

const fileOptions: ReadonlySet<string> = new Set(['--token', '--file', '--config', '--output', '--progress'])

/** Returns all commands of a program, itself and its help included. */
export function describeCommands(program: CommandUnknownOpts): readonly CompletedCommand[] {
  const [own, ...others] = describe(program, '')
  if (own === undefined) return []
  const help = { name: 'help', summary: 'show the help of a command' }
  const { subcommands } = own
  return [
    { ...own, subcommands: [...subcommands, help] },
    { path: 'help', summary: help.summary, subcommands, options: [], choices: [] },
    ...others,
  ]
}

function describe(command: CommandUnknownOpts, path: string): readonly CompletedCommand[] {
  const subcommands = command.commands.map((sub) => ({ name: sub.name(), summary: sub.summary() }))
  const options = command.options.flatMap(({ long, description, required, optional, argChoices }) => {
    if (!long) return []
    const isFile = fileOptions.has(long)
    return { name: long, description, takesValue: required || optional, isFile, choices: argChoices ?? [] }
  })
  const help = { name: '--help', description: 'show the help', takesValue: false, isFile: false, choices: [] }
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
  return [
    { path, summary: command.summary(), subcommands, options: [...options, help], choices },
    ...command.commands.flatMap((sub) => describe(sub, path === '' ? sub.name() : `${path} ${sub.name()}`)),
  ]
}
