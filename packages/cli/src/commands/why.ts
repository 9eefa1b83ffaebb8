import type { Explanation } from '@revoked/core'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { given } from '../store/backend.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'
import { readTarget, targetCommand } from './target-flags.ts'

/** Returns the command that lists the marks that apply to a target. */
export function whyCommand() {
  return targetCommand('why')
    .summary('which marks apply to a token or a user, and why?')
    .description(
      'Lists all live marks that apply to a target: by what it is revoked, since when, why, and until when. Exits with 3 if one of them revokes it, and 0 if none does.',
    )
    .option('--refresh', 'the token is a refresh token')
    .addHelpText(
      'after',
      examples([
        ['why is this token refused?', 'revoked why --token token.txt'],
        ['what is stored against a user?', 'revoked why --subject ada'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async (opened, output) => {
        const revocation = opened.revocation()
        const target = await readTarget(flags, revocation)
        return print(await revocation.explain(target, given({ refresh: flags.refresh })), output)
      }),
    )
}

function print(found: readonly Explanation[], { json, value, line, style }: Output): ExitCode {
  const isRevoked = found.some(({ revokes }) => revokes)
  if (json) value({ revoked: isRevoked, marks: found.map(asJson) })
  else if (found.length === 0) line(`${style.good('not revoked')}: no mark applies`)
  else for (const mark of found) line(described(mark, style))
  return isRevoked ? exitCode.revoked : exitCode.ok
}

function described(mark: Explanation, style: Output['style']): string {
  const { scope, cutoff, expiresAt, reason, refreshBefore, hasExemptions, revokes } = mark
  const details = [
    reason === undefined ? 'no reason' : `reason ${style.bold(reason)}`,
    ...(cutoff === -Infinity ? [] : [cutoff === Infinity ? 'all tokens' : `tokens issued until ${dated(cutoff)}`]),
    ...(refreshBefore === undefined ? [] : [`access tokens with claims of until ${dated(refreshBefore)}`]),
    ...(hasExemptions ? ['with exemptions'] : []),
    `kept until ${dated(expiresAt)}`,
  ]
  const verdict = revokes ? style.bad('revokes') : style.dim('does not revoke')
  return `${verdict} ${style.bold(scope)}: ${details.join(', ')}`
}

/** JSON has no infinities. */
function asJson({ cutoff, expiresAt, refreshBefore, ...mark }: Explanation): object {
  const issuedUntil = Number.isFinite(cutoff) ? dated(cutoff) : undefined
  return {
    ...mark,
    ...(cutoff === Infinity && { allTokens: true }),
    ...given({ issuedUntil, refreshBefore: refreshBefore === undefined ? undefined : dated(refreshBefore) }),
    expiresAt: dated(expiresAt),
  }
}

function dated(instant: number): string {
  return new Date(instant).toISOString()
}
