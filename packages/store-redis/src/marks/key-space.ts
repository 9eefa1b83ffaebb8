import { createHash } from 'node:crypto'
import type { Key } from '@revoked/core'

/**
 * The keys and the channel of one partition: one hash tag, so one slot, so one node of a Cluster.
 */
export interface Partition {
  /** The key of the hash that holds the position of the change log. */
  readonly feedKey: string
  readonly channel: string
  /** The key of the hash on whose content all services agreed. Only the first partition has it. */
  readonly settingsKey: string
  readonly markKey: (key: Key) => string
}

/** Every partition, and which of them holds a key. */
export interface KeySpace {
  readonly partitions: readonly Partition[]
  readonly partitionOf: (key: Key) => number
}

/** How keys are named. */
export interface KeySpaceOptions {
  readonly prefix: string
  readonly partitions: number
  /** Hashes every value, and not only those that are long or hold unsafe characters. */
  readonly hashIds: boolean
}

/**
 * What may stand in a key as it is: printable ASCII, short. A value that begins with `#` is taken
 * for a hash.
 */
function isPlain(value: string): boolean {
  return value.length <= 128 && !/^#|[^\x21-\x7e]/.test(value)
}

/** A scope ends at the first colon. */
const plainScope = /^[\w.-]{1,64}$/

/** Names keys so that an operator can read them and two different ones never collide. */
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

/** FNV-1a over the UTF-16 code units: the same in every process, for ever. */
function spread({ scope, value }: Key, partitions: number): number {
  let hash = 0x811c9dc5
  for (const text of [scope, '\0', value]) {
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % partitions
}
