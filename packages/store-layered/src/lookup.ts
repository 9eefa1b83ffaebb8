import { type FollowableStore, type Key, type KeyedMark, type Mark, PartialAnswerError } from '@revoked/core'
import { createAsker } from './asker.ts'
import type { Clock } from './clock.ts'
import { createKnowledge } from './knowledge.ts'
import type { LocalCache } from './local-cache.ts'
import type { LogView } from './log-view.ts'
import { createRemoteReads } from './remote-reads.ts'
import type { Counters } from './status.ts'

/** What the look-up of keys needs. */
export interface LookupOptions {
  readonly remote: FollowableStore
  readonly views: readonly LogView[]
  readonly cache: LocalCache
  readonly counters: Counters
  readonly clock: Clock
  readonly timeoutMs: number
}

/** The reading side, and what it must be told. */
export interface Lookup {
  readonly find: (keys: readonly Key[]) => readonly KeyedMark[] | Promise<readonly KeyedMark[]>
  /** The key holds this mark by now, as the log tells. */
  readonly recorded: (keyed: KeyedMark) => void
  /** The key holds no mark by now, as the log tells. */
  readonly forgotten: (key: Key) => void
  /** The key will hold this mark, or more, or does already: until the log tells, nothing is served locally for it. */
  readonly expected: (keyed: KeyedMark) => void
}

const nothing: readonly KeyedMark[] = []

/** Answers from the local cache what it knows for sure, and asks the remote for all else. */
export function createLookup({ remote, views, cache, counters, clock, timeoutMs }: LookupOptions): Lookup {
  const only = views.length === 1 ? views[0] : undefined
  const viewOf = (key: Key): LogView => only ?? (views[remote.logOf(key)] as LogView)
  const knowledge = createKnowledge({ cache, viewOf, clock })
  const { ask, tell } = createAsker({ read: createRemoteReads(remote, timeoutMs), viewOf, cache, clock })

  function find(keys: readonly Key[]): readonly KeyedMark[] | Promise<readonly KeyedMark[]> {
    const monotonic = clock.monotonic()
    const wall = clock.wall()
    // With one log its view is looked at once, and not for each key: a sixth of the time (Node 20.20, 2026-11).
    const absence = only?.isLive(monotonic, wall) ? only.generation() : undefined
    let found: KeyedMark[] | undefined
    for (const key of keys) {
      if (absence !== undefined && cache.get(key) === absence) continue
      const mark = knowledge.look(key, monotonic, wall)
      if (mark === undefined) return findAll(keys)
      if (mark !== null) {
        found ??= []
        found.push({ key, mark })
      }
    }
    counters.localKeys += keys.length
    return found ?? nothing
  }

  /**
   * Where at least one key has to be asked for. What was known of the others when that began may be known no more when it
   * ends: it is looked at again, and counts as it is then.
   */
  async function findAll(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    const asked = new Map<Key, Mark | undefined>()
    for (;;) {
      const { found, missing } = gather(keys, asked)
      if (missing.length === 0) {
        counters.localKeys += keys.length - asked.size
        counters.remoteKeys += asked.size
        return found
      }
      const answers = await Promise.allSettled(missing.map(ask))
      for (const [index, key] of missing.entries()) {
        const answer = answers[index]
        if (answer?.status !== 'fulfilled') throw incomplete(keys, answer?.reason)
        asked.set(key, answer.value)
      }
    }
  }

  /** What is known of the keys now, from the answers and locally. */
  function gather(
    keys: readonly Key[],
    asked: ReadonlyMap<Key, Mark | undefined>,
  ): { readonly found: readonly KeyedMark[]; readonly missing: readonly Key[] } {
    const monotonic = clock.monotonic()
    const wall = clock.wall()
    const found: KeyedMark[] = []
    const missing: Key[] = []
    for (const key of keys) {
      const mark = asked.has(key) ? (asked.get(key) ?? null) : knowledge.look(key, monotonic, wall)
      if (mark === undefined) missing.push(key)
      else if (mark !== null) found.push({ key, mark })
    }
    return { found, missing }
  }

  /** The remote's failure, with what is known all the same. */
  function incomplete(keys: readonly Key[], cause: unknown): unknown {
    const known = knowledge.recall(keys)
    return known.length === 0 ? cause : new PartialAnswerError(known, { cause })
  }

  return {
    find,
    recorded: (keyed) => {
      knowledge.recorded(keyed)
      tell(keyed.key, keyed.mark)
    },
    forgotten: (key) => {
      knowledge.forgotten(key)
      tell(key, undefined)
    },
    expected: (keyed) => {
      if (knowledge.expected(keyed)) tell(keyed.key, keyed.mark)
    },
  }
}
