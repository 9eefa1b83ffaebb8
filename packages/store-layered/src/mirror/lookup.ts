import { type FollowableStore, type Key, type KeyedMark, PartialAnswerError, type RevocationStore } from '@revoked/core'
import type { Clock, Follower } from '@revoked/core/follow'
import { createRemoteReads } from '../cache/remote-reads.ts'
import type { Counters } from '../status.ts'
import type { LocalCopy } from './local-copy.ts'
import { createLogKeys } from './log-keys.ts'
import type { LogMirror } from './log-mirror.ts'
import type { OwnWrites } from './own-writes.ts'

/** Options for {@link createMirrorLookup}. */
export interface MirrorLookupOptions {
  readonly remote: FollowableStore
  readonly followers: readonly Follower[]
  readonly mirrors: readonly LogMirror[]
  readonly ownWrites: OwnWrites
  readonly counters: Counters
  readonly clock: Clock
  readonly timeoutMs: number
}

type Find = RevocationStore['find']

/**
 * Returns the `find` of a mirror. If one key may not be answered by the local copies, all of them
 * are looked up on the remote: that takes one round-trip in either case.
 */
export function createMirrorLookup(options: MirrorLookupOptions): Find {
  const { remote, followers, mirrors, ownWrites, counters, clock, timeoutMs } = options
  const findIn = createLogKeys(remote)
  const read = createRemoteReads(remote, timeoutMs)

  /** Returns the copy of a log, if it may answer at this instant. */
  function servingCopy(log: number, monotonic: number, wall: number): LocalCopy | undefined {
    const copy = mirrors[log]?.serving()
    return copy !== undefined && followers[log]?.isLive(monotonic, wall) === true ? copy : undefined
  }

  /** Returns the answer of the copies, or `undefined` if one of them may not answer. */
  function findInCopies(keys: readonly Key[], at: number | undefined): ReturnType<Find> | undefined {
    if (!ownWrites.isEmpty() && keys.some(ownWrites.has)) return undefined
    const monotonic = clock.monotonic()
    const wall = at ?? clock.wall()
    const answers: ReturnType<Find>[] = []
    for (const key of keys) {
      const copy = servingCopy(remote.logOf(key), monotonic, wall)
      if (copy === undefined) return undefined
      answers.push(findIn(copy, [key]))
    }
    return joined(answers)
  }

  /**
   * Returns the answer of the only copy. Of its time, 8 ns and the reading of the monotonic clock
   * are added to that of the local store (Node 20.20, 2026-11).
   */
  function findInCopy(keys: readonly Key[], at: number | undefined): ReturnType<Find> | undefined {
    if (!ownWrites.isEmpty() && keys.some(ownWrites.has)) return undefined
    // The lease ends on either clock, so both are read. The caller has usually read one of them.
    const copy = servingCopy(0, clock.monotonic(), at ?? clock.wall())
    return copy && findIn(copy, keys)
  }

  const findLocally = mirrors.length === 1 ? findInCopy : findInCopies

  async function findOnRemote(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    counters.remoteKeys += keys.length
    try {
      const marks = await Promise.all(keys.map(read))
      return keys.flatMap((key, index) => {
        const mark = marks[index]
        return mark === undefined ? [] : [{ key, mark }]
      })
    } catch (cause) {
      const known = await lastKnown(keys)
      throw known.length === 0 ? cause : new PartialAnswerError(known, { cause })
    }
  }

  /** Returns the marks that were known last, or were written by this instance. */
  async function lastKnown(keys: readonly Key[]): Promise<readonly KeyedMark[]> {
    const now = clock.wall()
    const copies = keys.map((key) => {
      const copy = mirrors[remote.logOf(key)]?.lastKnown()
      return copy === undefined ? [] : findIn(copy, [key])
    })
    const written = keys.flatMap((key) => {
      const mark = ownWrites.markOf(key)
      return mark !== undefined && mark.expiresAt > now ? [{ key, mark }] : []
    })
    return [...(await joined(copies)), ...written]
  }

  return (keys, at) => {
    const found = findLocally(keys, at)
    if (found === undefined) return findOnRemote(keys)
    counters.localKeys += keys.length
    return found
  }
}

/** Returns all marks of the answers, at once if all of them are there. */
function joined(answers: readonly ReturnType<Find>[]): ReturnType<Find> {
  const found = answers.filter((answer) => isArray(answer))
  if (found.length === answers.length) return found.flat()
  return Promise.all(answers).then((all) => all.flat())
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(answer: ReturnType<Find>): answer is readonly KeyedMark[] {
  return Array.isArray(answer)
}
