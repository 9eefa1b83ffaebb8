import type { Key, KeyedMark } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { RedisError } from '../clients/redis-error.ts'
import { createBatcher } from './batch.ts'
import type { Partition } from './key-space.ts'
import { createValueReader, type Values } from './read-values.ts'
import { fromStored } from './stored-mark.ts'

/** Reads marks of one partition. */
export type Reader = (keys: readonly Key[]) => Promise<KeyedMark[]>

interface Find {
  readonly keys: readonly Key[]
  readonly resolve: (found: KeyedMark[]) => void
  readonly reject: (cause: unknown) => void
}

interface Question {
  /** The keys to ask for. */
  readonly wanted: readonly string[]
  /** Per find, where each of its keys stands among them. */
  readonly places: readonly (readonly number[])[]
}

/**
 * All reads that are asked for in one turn of the event loop share a command: 64 concurrent checks
 * of four keys run at more than twice the rate of a pipelined command each (Node 20.20, Redis 7.0,
 * 2026-11).
 */
export function createReader(port: RedisPort, partition: Partition): Reader {
  const read = createValueReader(port, partition)
  const enqueue = createBatcher<Find>(async (finds) => {
    const { wanted, places } = questionOf(finds, partition.markKey)
    try {
      const values = await read(wanted)
      return () => {
        for (const [index, find] of finds.entries()) settle(find, places[index] ?? [], values)
      }
    } catch (cause) {
      return () => {
        for (const { reject } of finds) reject(cause)
      }
    }
  })
  return (keys) => new Promise((resolve, reject) => enqueue({ keys, resolve, reject }, keys.length))
}

/**
 * A key that the find before has at the same place is asked for once: that everything is revoked,
 * and whoever asks twice.
 */
function questionOf(finds: readonly Find[], markKey: Partition['markKey']): Question {
  const wanted: string[] = []
  const places: number[][] = []
  let keysBefore: readonly Key[] = []
  let placesBefore: readonly number[] = []
  for (const { keys } of finds) {
    const placesHere: number[] = []
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as Key
      const same = keysBefore[index]
      const isSame = same?.value === key.value && same.scope === key.scope
      placesHere.push(isSame ? (placesBefore[index] as number) : wanted.push(markKey(key)) - 1)
    }
    places.push(placesHere)
    keysBefore = keys
    placesBefore = placesHere
  }
  return { wanted, places }
}

function settle({ keys, resolve, reject }: Find, places: readonly number[], values: Values): void {
  try {
    const found: KeyedMark[] = []
    // Nearly all finds are settled without a look at their keys.
    if (values.size > 0) {
      for (const [index, key] of keys.entries()) {
        const stored = values.get(places[index] ?? -1)
        if (stored === null) throw new RedisError('WRONGTYPE')
        if (stored !== undefined) found.push({ key, mark: fromStored(stored) })
      }
    }
    resolve(found)
  } catch (cause) {
    reject(cause)
  }
}
