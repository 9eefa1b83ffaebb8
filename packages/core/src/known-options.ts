/**
 * The names of the options of a function. A record that lacks one does not compile.
 *
 * @example
 * ```ts
 * import type { OptionNames } from '@revoked/core'
 *
 * interface MyStoreOptions {
 *   readonly table?: string
 * }
 * const optionNames: OptionNames<MyStoreOptions> = { table: true }
 * ```
 */
export type OptionNames<Options> = Readonly<Record<keyof Required<Options>, true>>

/**
 * Asserts that an object has known options only. TypeScript reports a misspelt option; in plain
 * JavaScript it would be ignored, and `hashId: true` would store every id as it is. An option that
 * is `undefined` counts as left out.
 *
 * @example
 * ```ts
 * import { assertKnownOptions } from '@revoked/core'
 *
 * export function myStore(options: { readonly table?: string } = {}): void {
 *   assertKnownOptions(options, { table: true }) // Throws for { tabel: 'marks' }.
 * }
 * ```
 *
 * @param path - what the names are prefixed with in the message, such as `refresh.`.
 * @throws TypeError for the first option that is not known, or if there is no object.
 */
export function assertKnownOptions(options: unknown, names: OptionNames<object>, path = ''): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${path === '' ? 'options' : path.slice(0, -1)} must be an object.`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    throw new TypeError(`${path}${name} is not an option. The options are: ${Object.keys(names).join(', ')}.`)
  }
}
