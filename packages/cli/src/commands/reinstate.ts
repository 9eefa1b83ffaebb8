import { exitCode } from '../exit-code.ts'
import { confirm } from '../output/confirm.ts'
import { given } from '../store/backend.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'
import { readTarget, targetCommand } from './target-flags.ts'

/** Returns the command that takes a revocation back. */
export function reinstateCommand() {
  return targetCommand('reinstate')
    .summary('take a revocation back')
    .description(
      'Forgets what was revoked under exactly this target. A token that another mark revokes stays revoked: `revoked why` lists them.',
    )
    .option('--reason <code>', 'why, for the audit trail')
    .option('--actor <name>', 'who, for the audit trail')
    .option('--yes', 'do not ask, for --everything')
    .addHelpText(
      'after',
      examples([
        ['the wrong user was logged out', 'revoked reinstate --subject ada --reason mistake'],
        ['one session of the user', 'revoked reinstate --session laptop-1'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'write', async (opened, { json, value, line, style }) => {
        const revocation = opened.revocation()
        const target = await readTarget(flags, revocation)
        if (target.everything !== undefined)
          await confirm(
            'This reactivates every token that a revocation of everything has ended.',
            'everything',
            flags.yes === true,
          )
        const { reason, actor } = flags
        await revocation.reinstate(target, given({ reason, actor }))
        if (json) value({ reinstated: true })
        else line(`${style.good('reinstated')}: nothing is stored under this target any more`)
        return exitCode.ok
      }),
    )
}
