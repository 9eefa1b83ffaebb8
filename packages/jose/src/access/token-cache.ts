import { type Duration, durationToMs } from '@revoked/core'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'

/**
 * Options of the cache of verified tokens.
 *
 * @example
 * ```ts
 * import type { TokenCacheOptions } from '@revoked/jose'
 *
 * const cache: TokenCacheOptions = { maxEntries: 50_000, maxAge: '5m' }
 * ```
 */
export interface TokenCacheOptions {
  /** How many tokens it holds at most. Default 10,000. */
  readonly maxEntries?: number
  /**
   * How long a token is believed after its signature was verified. A key that is withdrawn takes
   * effect at the latest then. Default `'60s'`, at most `'1h'`.
   */
  readonly maxAge?: Duration
}

/** A bounded cache of what was found out about exact tokens. */
export interface TokenCache<Entry> {
  readonly get: (token: string) => Entry | undefined
  /** @param verifiedAt - ms since the epoch: an instant before the keys were looked up. */
  readonly set: (token: string, entry: Entry, verifiedAt: number) => void
}

interface Aged<Entry> {
  readonly entry: Entry
  readonly verifiedAt: number
}

const optionNames: OptionNames<TokenCacheOptions> = { maxEntries: true, maxAge: true }

/** Longer tokens do not fit into the headers of most servers: they are verified each time. */
const longestToken = 8_192

const longestAgeMs = 3_600_000

/**
 * Creates a cache in two halves: entries that are used move to the young half, and once it is full
 * the old one is dropped. A hit costs one lookup in a `Map`, and a list in order of use costs two
 * writes.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createTokenCache<Entry>(options: TokenCacheOptions, now: () => number): TokenCache<Entry> {
  const { maxEntries, maxAgeMs } = readOptions(options)
  const half = Math.max(1, Math.floor(maxEntries / 2))
  let young = new Map<string, Aged<Entry>>()
  let old = new Map<string, Aged<Entry>>()

  function put(token: string, aged: Aged<Entry>): void {
    if (young.size >= half && !young.has(token)) {
      old = maxEntries === 1 ? new Map() : young
      young = new Map()
    }
    old.delete(token)
    young.set(token, aged)
  }

  /** A clock that was set back proves nothing about the age. */
  function isFresh({ verifiedAt }: Aged<Entry>): boolean {
    const age = now() - verifiedAt
    return age >= 0 && age < maxAgeMs
  }

  return {
    get: (token) => {
      const held = young.get(token)
      const aged = held ?? old.get(token)
      if (aged === undefined) return undefined
      if (!isFresh(aged)) {
        young.delete(token)
        old.delete(token)
        return undefined
      }
      if (held === undefined) put(token, aged)
      return aged.entry
    },
    set: (token, entry, verifiedAt) => {
      if (token.length <= longestToken) put(token, { entry, verifiedAt })
    },
  }
}

function readOptions(options: TokenCacheOptions): { readonly maxEntries: number; readonly maxAgeMs: number } {
  assertKnownOptions(options, optionNames, 'cache.')
  const { maxEntries = 10_000, maxAge = '60s' } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new RangeError('cache.maxEntries must be a whole number of at least 1.')
  const maxAgeMs = durationToMs(maxAge, 'cache.maxAge')
  if (maxAgeMs === 0 || maxAgeMs > longestAgeMs)
    throw new RangeError(
      'cache.maxAge must be more than 0 and at most an hour: until then, a withdrawn key is believed.',
    )
  return { maxEntries, maxAgeMs }
}
