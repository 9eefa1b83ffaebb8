import type { Claims, Verdict } from '@revoked/core'
import { misuse } from '../errors.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { given } from '../store/backend.ts'
import { storeCommand } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { readToken, tokenOption } from './read-token.ts'
import { runOverStore } from './run-command.ts'

/** Returns the command that checks a token, as the application would. */
export function checkCommand() {
  return storeCommand('check')
    .summary('is this token revoked?')
    .description(
      'Checks a token as the application would. Exits with 0 if it is active, 3 if it is revoked, and 4 if the store could not answer. The signature is not verified, and neither is exp.',
    )
    .addOption(tokenOption())
    .option('--subject <sub>', 'without a token: of this subject')
    .option('--session <sid>', 'without a token: of this session')
    .option('--jti <jti>', 'without a token: with this id')
    .option('--issuer <iss>', 'without a token: of this issuer')
    .addHelpText(
      'after',
      examples([
        ['a token from the clipboard', 'pbpaste | revoked check --token -'],
        ['in a script', "if ! revoked check --token token.txt > /dev/null; then echo 'not active'; fi"],
        ['a session, whose tokens are not at hand', 'revoked check --subject ada --session laptop-1'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async ({ revocation }, output) => {
        const verdict = await revocation().check(await claimsOf(flags), { mode: 'enforce' })
        return print(verdict, output)
      }),
    )
}

/** The options that name claims. */
interface ClaimFlags {
  readonly token?: string | undefined
  readonly subject?: string | undefined
  readonly session?: string | undefined
  readonly jti?: string | undefined
  readonly issuer?: string | undefined
}

/**
 * Returns the claims of the token, or those that are named. Without `iat`, a token is older than
 * every mark.
 *
 * @throws CliError (misuse, rejects) if nothing is named, or both.
 */
async function claimsOf({ token, subject, session, jti, issuer }: ClaimFlags): Promise<Claims> {
  const named = subject ?? session ?? jti
  if ((token === undefined) === (named === undefined))
    throw misuse('Name what to check: --token <file>, or --subject, --session and --jti.')
  if (token !== undefined) {
    if (issuer !== undefined) throw misuse('A token names its issuer: leave --issuer out.')
    return await readToken(token)
  }
  // A token needs a lifetime. Without `iat`, it was issued before every revocation.
  const exp = Math.floor(Date.now() / 1_000) + 1
  return { ...given({ sub: subject, sid: session, jti, iss: issuer }), exp }
}

function print(verdict: Verdict, { json, value, line, style }: Output): ExitCode {
  if (verdict.status === 'unavailable' || verdict.status === 'observed') throw verdict.error
  if (json)
    value({ status: verdict.status, ...(verdict.status === 'revoked' && { by: verdict.by, reason: verdict.reason }) })
  if (verdict.status === 'active') {
    if (!json) line(`${style.good('active')}: no mark of the store revokes it`)
    return exitCode.ok
  }
  const reason = verdict.reason === undefined ? '' : `, reason ${style.bold(verdict.reason)}`
  if (!json) line(`${style.bad('revoked')} by ${style.bold(verdict.by)}${reason}`)
  return exitCode.revoked
}
