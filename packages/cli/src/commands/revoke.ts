import { Option } from '@commander-js/extra-typings'
import type { Revocation, RevokeResult, Target } from '@revoked/core'
import { misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { confirm } from '../output/confirm.ts'
import { given } from '../store/backend.ts'
import { toInstant } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'
import { readTarget, targetCommand } from './target-flags.ts'

/** Returns the command that revokes one target. */
export function revokeCommand() {
  return targetCommand('revoke')
    .summary('revoke a token, a session, a user, or everything')
    .description(
      'Revokes a target, and returns when it is stored. Every service refuses it from then on; those with a cache within their maxStaleness. It may be repeated: it is stored once.',
    )
    .option('--reason <code>', 'why, for people and logs: at most 64 characters')
    .option('--actor <name>', 'who, for the audit trail')
    .addOption(new Option('--issued-before <date>', 'only tokens issued before it').argParser(toInstant))
    .option('--allow-refresh', 'access tokens only: refresh tokens get new claims')
    .option('--dry-run', 'say whether it would change anything, and change nothing')
    .option('--yes', 'do not ask, for --everything')
    .addHelpText(
      'after',
      examples([
        ['log a user out everywhere', 'revoked revoke --subject ada --reason password_changed'],
        [
          'a token that leaked, from a file that nobody else can read',
          'revoked revoke --token leaked.txt --reason leaked',
        ],
        ['a version of an app', 'revoked revoke --claim client_id=mobile-2.3 --reason vulnerable_version'],
        ['everyone, after a key leaked', 'revoked revoke --everything --reason key_leaked'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, flags.dryRun === true ? 'read' : 'write', async (opened, { json, value, line, style }) => {
        const revocation = opened.revocation()
        const target = await readTarget(flags, revocation)
        if (target.everything !== undefined && flags.dryRun !== true)
          await confirm('This logs out every user of every service of the store.', 'everything', flags.yes === true)
        const { changed, expiresAt, reissueAt } = await revoke(revocation, target, flags)
        const until = new Date(expiresAt).toISOString()
        if (flags.dryRun === true) {
          if (json) value({ dryRun: true, wouldChange: changed })
          else line(changed ? `${style.good('would revoke')} until ${until}` : 'It is revoked already.')
        } else if (json) value({ changed, expiresAt: until, reissueAt: dated(reissueAt) })
        else if (changed) line(`${style.good('revoked')} until ${until}`)
        else line('It was revoked already: nothing changed.')
        return exitCode.ok
      }),
    )
}

/** An instant in seconds, as issuers stamp it, like all others in the output. */
function dated(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1_000).toISOString()
}

interface RevokeFlags {
  readonly reason?: string | undefined
  readonly actor?: string | undefined
  readonly issuedBefore?: number | undefined
  readonly allowRefresh?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

async function revoke(revocation: Revocation, target: Target, flags: RevokeFlags): Promise<RevokeResult> {
  const { reason, actor, issuedBefore, allowRefresh, dryRun } = flags
  const signed = given({ reason, actor, dryRun })
  const cutoff = given({ issuedBefore, allowRefresh })
  if (target.token !== undefined || target.jti !== undefined || target.session !== undefined) {
    if (Object.keys(cutoff).length > 0)
      throw misuse('--issued-before and --allow-refresh go with --subject, --claim and --everything.')
    return await revocation.revoke(target, signed)
  }
  return await revocation.revoke(target, { ...signed, ...cutoff })
}
