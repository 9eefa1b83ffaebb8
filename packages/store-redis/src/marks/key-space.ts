import { createHash } from 'node:crypto'
import type { Key } from '@revoked/core'

/**
 * The keys and the channel of one partition. They share a hash tag, and so a slot and a node of a
 * Cluster.
 */
export interface Partition {
  /** The key of the hash that holds the position of the change log. */
  readonly feedKey: string
  readonly channel: string
  /** The key of the hash of the agreed settings. Only that of the first partition is used. */
  readonly settingsKey: string
  readonly markKey: (key: Key) => string
}

/** All partitions, and the assignment of keys to them. */
export interface KeySpace {
  readonly partitions: readonly Partition[]
  readonly partitionOf: (key: Key) => number
}

/** Options for `createKeySpace`. */
export interface KeySpaceOptions {
  readonly prefix: string
  readonly partitions: number
  /** Hashes every value, and not only long values and those with unsafe characters. */
  readonly hashIds: boolean
}

/**
 * Returns true if the value can be part of a key unchanged: short, printable ASCII. A value that
 * begins with `#` could be taken for a hash.
 */
function isPlain(value: string): boolean {
  return value.length <= 128 && !/^#|[^\x21-\x7e]/.test(value)
}

/** A scope that can be part of a key unchanged. It ends at the first colon. */
const plainScope = /^[\w.-]{1,64}$/

/** Returns names of keys that an operator can read and that never collide. */
export function createKeySpace({ prefix, partitions, hashIds }: KeySpaceOptions): KeySpace {
  return {
    partitions: Array.from({ length: partitions }, (_, index) => {
      const tag = `{${prefix}:${index}}`
      return {
        feedKey: `${tag}:feed`,
        channel: `${tag}:changes`,
        settingsKey: `${tag}:settings`,
        markKey: ({ scope, value }) =>
          `${tag}:${plainScope.test(scope) ? scope : hashed(scope)}:${!hashIds && isPlain(value) ? value : hashed(value)}`,
      }
    }),
    partitionOf: partitions === 1 ? () => 0 : (key) => spread(key, partitions),
  }
}

function hashed(text: string): string {
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
