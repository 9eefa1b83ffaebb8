import { setTimeout as delay } from 'node:timers/promises'
import type { Key, KeyedMark, RevocationStore } from '@revoked/core'
import type { Connection } from '../connection/connection.ts'
import type { MarkStatements } from '../connection/mark-statements.ts'
import { isBusy } from '../connection/sqlite-error.ts'
import { findMarks } from './find-marks.ts'

/** Options for {@link createFinder}. */
export interface FinderOptions {
  readonly connection: Connection<MarkStatements>
  readonly nameOf: (key: Key) => Key
  readonly hashIds: boolean
  /** `undefined`: `Date.now`. */
  readonly now: (() => number) | undefined
  /** How long a look-up waits for a lock, in ms. */
  readonly waitMs: number
}

/** How often a look-up makes sure that the path still has the same file, in ms: it takes 3 µs. */
const checkMs = 100

/** The number of keys to find in one turn of the event loop: about 2 ms. */
const maxKeysInTurn = 512

/**
 * Returns the `find` of a store. It is synchronous, unless there are very many keys, or another
 * process has just opened the file after a crash and recovers it.
 */
export function createFinder({ connection, nameOf, hashIds, now, waitMs }: FinderOptions): RevocationStore['find'] {
  let checkedAt = -Infinity

  function statementsAt(wall: number): MarkStatements {
    if (wall - checkedAt < checkMs && wall >= checkedAt) return connection.unchecked()
    const statements = connection.statements()
    checkedAt = wall
    return statements
  }

  function findNow(keys: readonly Key[], wall: number): readonly KeyedMark[] {
    const named = hashIds ? keys.map(nameOf) : keys
    return findMarks(statementsAt(wall), { keys, named, at: now === undefined ? wall : now() })
  }

  async function findLater(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    const deadline = performance.now() + waitMs
    for (;;) {
      try {
        return findNow(keys, Date.now())
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw error
        await delay(5)
      }
    }
  }

  async function findMany(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    const found: KeyedMark[] = []
    for (let start = 0; start < keys.length; start += maxKeysInTurn) {
      for (const keyed of await findLater(keys.slice(start, start + maxKeysInTurn))) found.push(keyed)
      await new Promise(setImmediate)
    }
    return found
  }

  return (keys, at = Date.now()) => {
    if (keys.length > maxKeysInTurn) return findMany(keys)
    try {
      return findNow(keys, at)
    } catch (error) {
      if (isBusy(error)) return findLater(keys)
      throw error
    }
  }
}
