import type { Revocation } from '@revoked/core'
import { activeGuardOptionNames, type OptionNames, requireTokenNames } from '../../bearer/known-options.ts'
import type { VerifiesTokens } from '../../bearer/verifies-tokens.ts'
import type { GuardedRequest } from './guard.ts'
import type { RequireActiveOptions } from './require-active.ts'
import type { RequireTokenOptions } from './require-token.ts'

/** The token by which Nest injects the options of `RevokedModule`. */
export const REVOKED_OPTIONS = 'REVOKED_OPTIONS'

/** Options for `RevokedModule`: those of its guards. */
export interface RevokedModuleOptions<Carrier = GuardedRequest>
  extends Omit<RequireTokenOptions<Carrier>, 'tokens'>,
    RequireActiveOptions<Carrier> {
  /** What `TokenGuard` verifies tokens with. */
  readonly tokens?: VerifiesTokens
  /** Where `RevocationGuard` looks for revocations. */
  readonly revocation?: Revocation
}

/** The names of these options. */
export const revokedOptionNames: OptionNames<RevokedModuleOptions<never>> = {
  ...requireTokenNames,
  ...activeGuardOptionNames,
  revocation: true,
  toException: true,
}
