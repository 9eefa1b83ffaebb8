import type { LogEntry, LogPosition } from '@revoked/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Change, createChangeLog } from '../src/change-log.ts'

/** The limits of the log: small, so that random steps meet them. */
const minEntries = 8
const pageSize = 3

/** A follower: a position, and what each key holds as far as it knows. */
interface Follower {
  at: LogPosition | undefined
  held: Map<string, number>
}

type Step =
  | { readonly do: 'append'; readonly changes: readonly (readonly [value: string, cutoff: number | undefined])[] }
  | { readonly do: 'read' | 'restart' | 'readOn'; readonly follower: number }

const change = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.option(fc.nat(9), { nil: undefined }))
const follower = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), changes: fc.array(change, { minLength: 1, maxLength: 20 }) }),
  fc.record({ do: fc.constantFrom('read', 'read', 'readOn', 'restart'), follower }),
)

function toChange([value, cutoff]: readonly [string, number | undefined]): Change {
  const key = { scope: 'jti', value }
  return cutoff === undefined ? { key, mark: undefined } : { key, mark: { cutoff, expiresAt: Infinity } }
}

function apply(held: Map<string, number>, { key, mark }: Change): void {
  if (mark === undefined) held.delete(key.value)
  else held.set(key.value, mark.cutoff)
}

/** A log, a plain list of all changes since it began, and followers that read the log. */
function world() {
  const log = createChangeLog(minEntries, pageSize)
  const all: Change[] = []
  const store = new Map<string, number>()
  const followers: Follower[] = Array.from({ length: 3 }, () => ({ at: undefined, held: new Map() }))
  const pushed: LogEntry[] = []
  log.subscribe({ entries: (entries) => pushed.push(...entries), wake: () => {} })

  function append(changes: readonly Change[]): void {
    log.append(changes)
    all.push(...changes)
    for (const each of changes) apply(store, each)
  }

  /** Reads one page, and compares it with the list. Returns whether the follower is at the end. */
  function read(follower: Follower): boolean {
    const before = follower.at
    const page = log.read(before)
    expect(page.position).toMatchObject({ sequence: all.length })
    if (page.reset) {
      expect(before === undefined || before.sequence < all.length - minEntries).toBe(true)
      follower.held = new Map(store)
      follower.at = page.position
      return true
    }
    const start = before?.sequence ?? 0
    // Less than twice the limit is kept.
    expect(start).toBeGreaterThan(all.length - 2 * minEntries)
    const expected = all.slice(start, start + pageSize)
    expect(page.entries.map(({ key, mark }) => ({ key, mark }))).toEqual(expected)
    expect(page.complete).toBe(start + expected.length === all.length)
    for (const entry of page.entries) {
      expect(entry).toMatchObject({ previousTip: follower.at?.tip, position: { epoch: page.position.epoch } })
      apply(follower.held, entry)
      follower.at = entry.position
    }
    return page.complete
  }

  function readToEnd(follower: Follower): void {
    while (!read(follower));
    expect(follower.held).toEqual(store)
  }

  return { append, read, readToEnd, followers, pushed, all }
}

test('followers that read pages at random times hold what the store holds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { append, read, readToEnd, followers, pushed, all } = world()
      for (const each of steps) {
        if (each.do === 'append') {
          append(each.changes.map(toChange))
          continue
        }
        const follower = followers[each.follower] as Follower
        if (each.do === 'restart') follower.at = undefined
        if (each.do === 'readOn') readToEnd(follower)
        else read(follower)
      }
      for (const follower of followers) readToEnd(follower)
      expect(pushed.map(({ key, mark }) => ({ key, mark }))).toEqual(all)
      expect(pushed.map(({ position }) => position.sequence)).toEqual(all.map((_, index) => index + 1))
    }),
    { numRuns: 500 },
  )
})
