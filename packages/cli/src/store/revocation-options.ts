import type { Duration, RevocationOptions, SharedSettings } from '@revoked/core'
import { type CliError, misuse } from '../errors.ts'
import { given } from './backend.ts'
import type { ChosenOptions } from './choose-store.ts'

/**
 * Returns the options of `createRevocation`: those that are given, else those that the services
 * have agreed on.
 *
 * @throws CliError (misuse) if the lifetime of tokens is not known.
 */
export function revocationOptions(
  options: ChosenOptions,
  kept: SharedSettings | undefined,
): Omit<RevocationOptions, 'store'> {
  const maxTokenLifetime = options.maxTokenLifetime ?? inMs(kept?.maxTokenLifetime)
  if (maxTokenLifetime === undefined) throw unknownLifetime()
  const { issuer, alsoUnscoped, timeout = '5s' } = options
  const naming = issuer === undefined ? keptNaming(kept) : given({ issuer, alsoUnscoped })
  return {
    maxTokenLifetime,
    timeout,
    ...given({
      clockTolerance: options.clockTolerance ?? inMs(kept?.clockTolerance),
      claims: options.claims ?? kept?.claims,
    }),
    ...naming,
  }
}

/** Returns the error for a store that no service has used, as far as it is known. */
export function unknownLifetime(): CliError {
  return misuse(
    'No service has agreed on settings in this store yet. Check its address, and give the --prefix or --schema of the application. If it is the right store, give --max-token-lifetime 30d, as the application has it.',
  )
}

/** A number is a duration in seconds, and settings are in ms. */
function inMs(ms: number | undefined): Duration | undefined {
  return ms === undefined ? undefined : `${ms}ms`
}

/** Returns how services name keys: with the issuer, without it, or both ways. */
function keptNaming(kept: SharedSettings | undefined): Pick<RevocationOptions, 'issuer' | 'alsoUnscoped'> {
  if (kept === undefined) return {}
  const { scopedAt, unscopedAt } = kept
  // Services that name keys both ways leave neither instant.
  if (scopedAt === undefined && unscopedAt === undefined) return { issuer: '*', alsoUnscoped: true }
  return (scopedAt ?? -Infinity) > (unscopedAt ?? -Infinity) ? { issuer: '*' } : {}
}
