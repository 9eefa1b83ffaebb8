import { SettingsConflictError } from '@revoked/core'
import type { KeySpaceOptions } from './key-space.ts'

/** What decides under which keys marks are, as it is kept beside the settings: names and texts. */
export type Layout = readonly (readonly [name: string, text: string])[]

/** Returns the layout of a store with these options. Two stores that share marks must have one. */
export function layoutOf({ partitions, hashIds }: Pick<KeySpaceOptions, 'partitions' | 'hashIds'>): Layout {
  return [
    ['partitions', String(partitions)],
    ['hashIds', String(hashIds)],
    ['format', String(formatVersion)],
  ]
}

/**
 * The version of the keys, marks, log and messages. It changes with whatever another version of
 * this package could not read.
 */
const formatVersion = 1

/**
 * Compares the layout with the one that is kept, in which `''` stands for what is not kept yet.
 *
 * @throws SettingsConflictError that names the option which differs.
 */
export function assertSameLayout(layout: Layout, kept: readonly string[]): void {
  for (const [index, [name, own]] of layout.entries()) {
    const other = kept[index] ?? ''
    if (other !== '' && other !== own) throw conflict(name, own, other)
  }
}

function conflict(name: string, own: string, other: string): SettingsConflictError {
  if (name === 'format')
    return new SettingsConflictError(
      'Another version of @revoked/store-redis keeps its marks under this prefix, in a format that this version cannot read. Give all services that share the store the same version.',
    )
  // What is not ours is not shown.
  const kept = /^(?:\d{1,4}|true|false)$/.test(other) ? other : 'unknown'
  return new SettingsConflictError(
    `The option ${name} of redisStore is ${own} here and ${kept} in the services that share this store: one would not find what the other revoked. Give all of them the same ${name}. To change it, begin another store with another prefix.`,
  )
}
