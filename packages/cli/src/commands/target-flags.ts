import { Option } from '@commander-js/extra-typings'
import type { Revocation, Target } from '@revoked/core'
import { misuse } from '../errors.ts'
import { storeCommand } from '../store/store-flags.ts'
import { readToken, tokenOption } from './read-token.ts'

/** The heading of the options that name a target. */
export const targetGroup = 'The target, exactly one:'

/** Returns a command with the options of the store, and those that name a target. */
export function targetCommand(name: string) {
  return storeCommand(name)
    .optionsGroup(targetGroup)
    .addOption(tokenOption())
    .option('--subject <sub>', 'every token of a user that was issued until now')
    .option('--session <sid>', 'one session, or device, with its refreshes')
    .option('--jti <jti>', 'one token, by its id')
    .option('--claim <name=value>', 'every token with this value of a claim')
    .addOption(new Option('--everything', 'every token of everyone').preset(true))
    .optionsGroup('Options:')
    .option('--issuer <iss>', 'the issuer of the target, if ids are unique per issuer only')
}

/** The options that name a target. */
export type TargetFlags = Partial<Pick<ReturnType<ReturnType<typeof targetCommand>['opts']>, TargetName | 'issuer'>>

type TargetName = 'token' | 'subject' | 'session' | 'jti' | 'claim' | 'everything'

const targetNames: readonly TargetName[] = ['token', 'subject', 'session', 'jti', 'claim', 'everything']

/**
 * Returns the target that the options name.
 *
 * @throws CliError (misuse, rejects) if it is not exactly one.
 */
export async function readTarget(flags: TargetFlags, revocation: Revocation): Promise<Target> {
  const named = targetNames.filter((name) => flags[name] !== undefined)
  if (named.length !== 1) {
    throw misuse(
      `Name exactly one target: --token <file>, --subject <sub>, --session <sid>, --jti <jti>, --claim <name=value> or --everything.`,
    )
  }
  const { token, subject, session, jti, claim, everything } = flags
  if (token !== undefined) {
    if (flags.issuer !== undefined) throw misuse('A token names its issuer: leave --issuer out.')
    return { token: await readToken(token) }
  }
  const issuer = targetIssuer(flags, revocation)
  if (subject !== undefined) return { subject, ...issuer }
  if (session !== undefined) return { session, ...issuer }
  if (jti !== undefined) return { jti, ...issuer }
  if (claim !== undefined) return { ...splitClaim(claim), ...issuer }
  if (everything === true) return { everything, ...issuer }
  throw misuse('Name a target.')
}

/**
 * Returns the issuer of targets, if targets name one.
 *
 * @throws CliError (misuse) if it is missing, or means nothing: without it, ids of all issuers are
 *   revoked.
 */
export function targetIssuer(
  { issuer }: { readonly issuer?: string | undefined },
  { issuer: accepted }: Revocation,
): { readonly issuer?: string } {
  if (accepted === '*') {
    if (issuer !== undefined) return { issuer }
    throw misuse("The services of this store name ids with their issuer (issuer: '*'): give --issuer <iss>.")
  }
  if (issuer === undefined) return {}
  throw misuse('The services of this store name ids without their issuer: leave --issuer out.')
}

function splitClaim(text: string): { readonly claim: string; readonly value: string } {
  const at = text.indexOf('=')
  if (at < 1) throw misuse('--claim takes a name and a value: --claim client_id=mobile-2.3.')
  return { claim: text.slice(0, at), value: text.slice(at + 1) }
}
