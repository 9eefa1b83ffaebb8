import { createHash } from 'node:crypto'
import type { Key } from '@revoked/core'

/**
 * The keys and the channel of one partition. They share a hash tag, and so a slot and a node of a
 * Cluster.
 */
export interface Partition {
  /** The hash tag that every key and the channel begin with. */
  readonly tag: string
  /** The key of the hash that holds the position of the change log. */
  readonly feedKey: string
  /** The key of the stream that is the change log. */
  readonly logKey: string
  /** The key of the hash of the agreed settings. Only that of the first partition is used. */
  readonly settingsKey: string
  /** The glob pattern of the keys of marks. No other key of the partition matches it. */
  readonly marksPattern: string
  /** Returns the channel of pushes. `SELECT` does not separate channels, so the name does. */
  readonly channelOf: (database: number) => string
  readonly markKey: (key: Key) => string
  /** The same of a key that {@link KeySpace.storedKey} has named. */
  readonly storedMarkKey: (key: Key) => string
  /** Returns the key that {@link KeySpace.storedKey} gave the mark whose key this is. */
  readonly keyIn: (markKey: string) => Key
}

/** All partitions, and the assignment of keys to them. */
export interface KeySpace {
  readonly partitions: readonly Partition[]
  readonly partitionOf: (key: Key) => number
  /** Returns the key as it is stored: with its value, or with a digest of the value. */
  readonly storedKey: (key: Key) => Key
}

/** Options for `createKeySpace`. */
export interface KeySpaceOptions {
  readonly prefix: string
  readonly partitions: number
  /** Hashes every value, and not only long values and those with unsafe characters. */
  readonly hashIds: boolean
}

/** Returns names of keys that an operator can read and that never collide. */
export function createKeySpace({ prefix, partitions, hashIds }: KeySpaceOptions): KeySpace {
  const storedValue = (value: string): string => (!hashIds && isPlain(value) ? value : hashed(value))
  return {
    partitions: Array.from({ length: partitions }, (_, index): Partition => {
      const tag = `{${prefix}:${index}}`
      const headOf = remembered((scope) => `${tag}:${storedScope(scope)}:`)
      return {
        tag,
        feedKey: `${tag}:feed`,
        logKey: `${tag}:log`,
        settingsKey: `${tag}:settings`,
        marksPattern: `${tag.replace(/[*?[\]\\]/g, '\\$&')}:*:*`,
        channelOf: (database) => `${tag}:changes@${database}`,
        markKey: ({ scope, value }) => headOf(scope) + storedValue(value),
        storedMarkKey: ({ scope, value }) => headOf(scope) + value,
        keyIn: (markKey) => keyNamed(markKey.slice(tag.length + 1)),
      }
    }),
    partitionOf: partitions === 1 ? () => 0 : (key) => spread(key, partitions),
    storedKey: (key) => (!hashIds && isPlain(key.value) ? key : { scope: key.scope, value: hashed(key.value) }),
  }
}

/**
 * Returns the key of a mark by its name in the partition: the scope, a colon and the value.
 *
 * @throws Error for anything else. It never quotes the name, which may contain an id.
 */
export function keyNamed(name: string): Key {
  const colon = name.indexOf(':')
  if (colon > 0) {
    try {
      return { scope: decodeURIComponent(name.slice(0, colon)), value: name.slice(colon + 1) }
    } catch {
      // A URIError quotes nothing, but says nothing either.
    }
  }
  throw new Error('A key with the prefix of the store is not one that this version writes: something else does.')
}

/**
 * Returns true if the value can be part of a key unchanged: short, printable ASCII. A value that
 * begins with `#` could be taken for a hash.
 */
export function isPlain(value: string): boolean {
  return value.length <= 128 && !/^#|[^\x21-\x7e]/.test(value)
}

/** A scope that can be part of a key unchanged. It ends at the first colon. */
const plainScope = /^[\w.-]+$/

/** The most names that are remembered. Services use a few scopes. */
const maxRemembered = 100

/** Returns a function that gives the same text for the same name, and computes it once. */
function remembered(compute: (name: string) => string): (name: string) => string {
  const texts = new Map<string, string>()
  return (name) => {
    const known = texts.get(name)
    if (known !== undefined) return known
    const text = compute(name)
    if (texts.size < maxRemembered) texts.set(name, text)
    return text
  }
}

/** Returns the scope, percent-encoded if it is the name of a claim such as a URL. */
function storedScope(scope: string): string {
  if (plainScope.test(scope)) return scope
  return encodeURIComponent(scope.toWellFormed()).replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}

/**
 * Returns what stands for a text that cannot be part of a key: `#` and its SHA-256 in base64url.
 */
export function hashed(text: string): string {
  return `#${createHash('sha256').update(text).digest('base64url')}`
}

/**
 * Returns the partition of a key: FNV-1a over the UTF-16 code units, which is the same in every
 * process and version.
 */
function spread({ scope, value }: Key, partitions: number): number {
  let hash = 0x811c9dc5
  for (const text of [scope, '\0', value]) {
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % partitions
}
