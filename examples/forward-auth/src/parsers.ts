/** Readers of single values of the environment. No message contains the value. */
import { type Duration, durationToMs } from '@revoked/core'

/** Returns the text as it is. */
export function text(given: string): string {
  return given
}

/** Returns the items of a list that is separated by commas. */
export function list(given: string): readonly string[] {
  return given
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** @throws Error for a list without an item. */
export function someItems(given: string): readonly [string, ...string[]] {
  const [first, ...others] = list(given)
  if (first === undefined) throw new Error('must name at least one, separated by commas')
  return [first, ...others]
}

/** @throws Error for anything but `true` and `false`. */
export function flag(given: string): boolean {
  if (given !== 'true' && given !== 'false') throw new Error('must be true or false')
  return given === 'true'
}

/** Creates the reader of a value that is one of several. */
export function oneOf<Name extends string>(...names: readonly Name[]): (given: string) => Name {
  return (given) => {
    const name = names.find((candidate) => candidate === given)
    if (name === undefined) throw new Error(`must be one of ${names.join(', ')}`)
    return name
  }
}

/** @throws Error for what is no duration. */
export function duration(given: string): Duration {
  try {
    durationToMs(given as Duration, 'it')
  } catch {
    throw new Error("must be a duration such as '2s' or '24h'")
  }
  return given as Duration
}

/** @throws Error for what is no port. 0 is any free one. */
export function port(given: string): number {
  const number = Number(given)
  if (!/^\d+$/.test(given) || number > 65_535) throw new Error('must be a port: a number up to 65535')
  return number
}

/**
 * @throws Error for what is no URL over TLS. Who answers in the place of the key set can sign
 *   tokens.
 */
export function secureUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url === undefined || (url.protocol !== 'https:' && !isLocal))
    throw new Error('must be an https: URL; http: is for this machine only')
  return url
}

/** Where revocations are kept. */
export type StoreAddress =
  | { readonly kind: 'redis' | 'postgres'; readonly url: string }
  | { readonly kind: 'sqlite'; readonly path: string }

/** @throws Error for a URL of another kind of store. */
export function storeAddress(given: string): StoreAddress {
  const path = /^sqlite:(?:\/\/)?(?<path>.+)$/.exec(given)?.groups?.['path']
  if (path !== undefined) return { kind: 'sqlite', path }
  const protocol = URL.canParse(given) ? new URL(given).protocol : undefined
  if (protocol === 'redis:' || protocol === 'rediss:') return { kind: 'redis', url: given }
  if (protocol === 'postgres:' || protocol === 'postgresql:') return { kind: 'postgres', url: given }
  throw new Error('must be a URL that begins with redis:, rediss:, postgres:, postgresql: or sqlite:')
}
