/** The names of the options of the guards: a misspelt one would be ignored in plain JavaScript. */
import { assertKnownOptions, type OptionNames } from '@revoked/core'
import type { ActiveGuardOptions } from './active-guard.ts'
import type { GuardOptions, RefusalHooks, RequireTokenOptions } from './guard-options.ts'

export { assertKnownOptions, type OptionNames }

export const hookNames: OptionNames<RefusalHooks<never>> = { onUnavailable: true, onRefused: true }

/** The names of the options of hooks that refuse in their own way. */
export const checkOptionNames: OptionNames<Omit<GuardOptions<never>, 'subject' | 'maxAge' | 'now'>> = {
  ...hookNames,
  failPolicy: true,
  mode: true,
}

export const guardOptionNames: OptionNames<GuardOptions<never>> = {
  ...checkOptionNames,
  subject: true,
  maxAge: true,
  now: true,
}

export const activeGuardOptionNames: OptionNames<ActiveGuardOptions<never>> = {
  ...guardOptionNames,
  getClaims: true,
  timeout: true,
}

export const requireTokenNames: OptionNames<RequireTokenOptions<never>> = {
  ...guardOptionNames,
  tokens: true,
  getToken: true,
  timeout: true,
}
