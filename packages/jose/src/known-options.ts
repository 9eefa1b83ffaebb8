import { assertKnownOptions as assertKnown, type OptionNames } from '@revoked/core'

export type { OptionNames }

/** The factories of the options that are most often given to another one. */
const factoriesOf: Readonly<Record<string, string>> = {
  lifetime: 'createAccessTokens and createTokenPairs',
  refresh: 'createTokenPairs',
  sessions: 'createAccessTokens and createTokenPairs',
}

/**
 * Asserts that an object has known options only, and names the factory of an option that was given
 * to another one.
 *
 * @param path - What the names are prefixed with in the message, such as `refresh.`.
 * @throws TypeError for the first option that is not known, or if there is no object.
 */
export function assertKnownOptions(options: unknown, names: OptionNames<object>, path = ''): void {
  for (const [name, value] of path === '' ? Object.entries(options ?? {}) : []) {
    const factories = Object.hasOwn(factoriesOf, name) ? factoriesOf[name] : undefined
    if (value !== undefined && factories !== undefined && !Object.hasOwn(names, name))
      throw new TypeError(`${name} is an option of ${factories}.`)
  }
  assertKnown(options, names, path)
}
