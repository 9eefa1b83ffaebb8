import { Command, Option } from '@commander-js/extra-typings'
import { createSessions, type ListedSession, type Sessions } from '@revoked/sessions'
import { type CliError, misuse } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { confirm } from '../output/confirm.ts'
import type { Output } from '../output/output.ts'
import { counted } from '../output/scope-names.ts'
import { given } from '../store/backend.ts'
import type { OpenStore } from '../store/open-store.ts'
import { storeCommand } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'
import { targetIssuer } from './target-flags.ts'

/** Returns the commands over the list of sessions. */
export function sessionsCommand() {
  return new Command('sessions')
    .summary('list and close the sessions of a user')
    .description('Lists and closes the sessions of a user: who is logged in where.')
    .addCommand(listCommand())
    .addCommand(closeCommand())
}

function sessionCommand(name: string) {
  return storeCommand(name)
    .requiredOption('--subject <sub>', 'the user')
    .option('--issuer <iss>', 'the issuer of the tokens, if ids are unique per issuer only')
    .addOption(
      new Option('--by <claim>', 'the claim that is the id of a session').choices(['sid', 'jti']).default('sid'),
    )
}

function listCommand() {
  return sessionCommand('list')
    .summary('where is a user logged in?')
    .description('Lists the open sessions of a user, the one that was used last first.')
    .addHelpText('after', examples([['where is ada logged in?', 'revoked sessions list --subject ada']]))
    .action((flags) =>
      runOverStore(flags, 'read', async (opened, output) => {
        print(await sessionsOf(opened, flags).list(flags.subject), output)
        return exitCode.ok
      }),
    )
}

function closeCommand() {
  return sessionCommand('close')
    .summary('log a user out of one session, or of all')
    .description('Revokes the tokens of one session of a user, or of all, and takes them off the list.')
    .option('--session <id>', 'this session')
    .option('--all', 'all sessions of the user, and all other tokens')
    .option('--reason <code>', 'why, for people and logs: at most 64 characters')
    .option('--actor <name>', 'who, for the audit trail')
    .option('--dry-run', 'say how many sessions it would close, and change nothing')
    .option('--yes', 'do not ask, for --all')
    .addHelpText(
      'after',
      examples([
        ['a phone was lost', 'revoked sessions close --subject ada --session phone-1 --reason device_lost'],
        ['log out everywhere', 'revoked sessions close --subject ada --all --reason password_changed'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, flags.dryRun === true ? 'read' : 'write', async (opened, { json, value, line, style }) => {
        const { subject, session, all, reason, actor } = flags
        if ((session === undefined) === (all === undefined))
          throw misuse('Name what to close: --session <id>, or --all.')
        const sessions = sessionsOf(opened, flags)
        const why = given({ reason, actor, dryRun: flags.dryRun })
        if (session === undefined) {
          const mayGo = flags.yes === true || flags.dryRun === true || !process.stdin.isTTY
          await confirm('This logs the user out everywhere.', 'all', mayGo)
        }
        const closed =
          session === undefined
            ? (await sessions.closeAll(subject, why)).closed.length
            : Number(await sessions.close(subject, session, why))
        const number = counted(closed, 'session')
        if (json) value(flags.dryRun === true ? { dryRun: true, wouldClose: closed } : { closed })
        else if (flags.dryRun === true) line(`${style.good('would close')} ${number}`)
        else if (closed > 0) line(`${style.good('closed')} ${number}`)
        else line('No such session was open. Its tokens are revoked all the same.')
        return exitCode.ok
      }),
    )
}

/** The lifetimes are of logins, which the command line has none of. */
function sessionsOf(
  opened: OpenStore,
  { by, issuer }: { readonly by: 'sid' | 'jti'; readonly issuer?: string | undefined },
): Sessions<unknown> {
  const store = opened.sessions()
  if (store === undefined) throw noList()
  const revocation = opened.revocation()
  targetIssuer({ issuer }, revocation)
  return createSessions({
    store,
    revocation,
    idleTimeout: '1h',
    absoluteLifetime: '1h',
    timeout: opened.options.timeout ?? '5s',
    by,
    ...given({ issuer }),
  })
}

function noList(): CliError {
  return misuse(
    'No application keeps a list of sessions in this store. A configuration with a store that is open gives it as `sessions`. Without a list, `revoked revoke` logs users out.',
  )
}

function print(found: readonly ListedSession<unknown>[], { json, value, line, style }: Output): void {
  if (json) {
    value(found.map((session) => ({ ...session, ...instantsOf(session), isCurrent: undefined })))
    return
  }
  if (found.length === 0) line('No session of the user is open.')
  for (const session of found) {
    const { openedAt, lastUsedAt, expiresAt } = instantsOf(session)
    line(`${style.bold(session.id)}  used ${lastUsedAt}, opened ${openedAt}, ends ${expiresAt}`)
    if (session.device !== undefined) line(`  ${style.dim(JSON.stringify(session.device))}`)
  }
}

function instantsOf({ openedAt, lastUsedAt, authenticatedAt, expiresAt, endsAt }: ListedSession<unknown>) {
  const dated = (instant: number): string => new Date(instant).toISOString()
  return {
    openedAt: dated(openedAt),
    lastUsedAt: dated(lastUsedAt),
    authenticatedAt: dated(authenticatedAt),
    expiresAt: dated(expiresAt),
    endsAt: dated(endsAt),
  }
}
