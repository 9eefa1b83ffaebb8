import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { describeCommands } from '../completion/describe-commands.ts'
import { completionScripts } from '../completion/scripts.ts'
import { exitCode } from '../exit-code.ts'
import { examples } from './examples.ts'
import { runCommand } from './run-command.ts'

/** Returns the command that prints a script which completes the commands of a program. */
export function completionCommand(program: () => CommandUnknownOpts) {
  return new Command('completion')
    .summary('print a script that completes commands in a shell')
    .description('Prints a script for a shell, which completes commands, options and files. It asks no store.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      examples([
        ['bash, in ~/.bashrc', 'eval "$(revoked completion bash)"'],
        ['zsh, in ~/.zshrc after compinit', 'source <(revoked completion zsh)'],
        ['fish', 'revoked completion fish > ~/.config/fish/completions/revoked.fish'],
      ]),
    )
    .action((shell) =>
      runCommand({}, async () => {
        process.stdout.write(`${completionScripts[shell]?.(describeCommands(program())) ?? ''}\n`)
        return exitCode.ok
      }),
    )
}
