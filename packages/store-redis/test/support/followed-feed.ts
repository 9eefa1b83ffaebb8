import { randomUUID } from 'node:crypto'
import type { FeedConnection, FeedPosition, Key, ProbedStore } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { expect } from 'vitest'

/** A change, or a confirmed probe, which changes nothing. */
interface Step {
  readonly position: FeedPosition
  readonly previousTip: string
  readonly changes: 0 | 1
  readonly recorded: readonly Key[]
}

/** The steps from `opened` to `closed`. */
interface Span {
  readonly steps: readonly Step[]
  readonly isClosed: boolean
}

/** A feed, and all calls that its follower received. */
export interface FollowedFeed {
  readonly spans: readonly Span[]
  /** Calls out of order: outside of any span, or repeated. */
  readonly strays: readonly string[]
  readonly connection: FeedConnection
  /** Resolves once it has opened this often. */
  readonly opened: (times: number) => Promise<void>
  /** Probes until a probe is confirmed, and returns its position. */
  readonly confirm: () => Promise<FeedPosition>
}

/** Follows the first log of the store. */
export function followFeed(store: ProbedStore): FollowedFeed {
  const spans: { steps: Step[]; isClosed: boolean }[] = []
  const strays: string[] = []
  const confirmations = new Map<string, FeedPosition>()
  const open = (): Step[] | undefined => {
    const span = spans.at(-1)
    return span?.isClosed === false ? span.steps : undefined
  }
  const take = (what: string, step: Step): void => {
    if (open()?.push(step) === undefined) strays.push(what)
  }
  const connection = store.follow(0, {
    opened: () => {
      if (open() !== undefined) strays.push('opened')
      spans.push({ steps: [], isClosed: false })
    },
    changed: ({ position, previousTip, recorded }) =>
      take('changed', { position, previousTip, changes: 1, recorded: recorded.map(({ key }) => key) }),
    confirmed: (probe, position) => {
      confirmations.set(probe, position)
      take('confirmed', { position, previousTip: position.tip, changes: 0, recorded: [] })
    },
    closed: () => {
      const span = spans.at(-1)
      if (open() === undefined || span === undefined) strays.push('closed')
      else span.isClosed = true
    },
  })

  async function confirmedOnce(): Promise<FeedPosition> {
    const probe = randomUUID()
    await connection.probe(probe)
    return eventually(() => confirmations.get(probe), 'the probe comes back', 1_000)
  }

  return {
    spans,
    strays,
    connection,
    opened: async (times) => {
      await eventually(() => spans.length >= times && open() !== undefined, `the feed is open, ${times} times`, 10_000)
    },
    confirm: () => eventually(confirmedOnce, 'a probe is confirmed', 10_000),
  }
}

/** Fails unless every span is an unbroken chain without repetitions. */
export function expectUnbroken({ spans, strays }: FollowedFeed): void {
  expect(strays, 'calls out of order').toEqual([])
  for (const { steps } of spans) {
    for (const [index, { position, previousTip, changes }] of steps.entries()) {
      const before = steps[index - 1]?.position
      if (before === undefined) continue
      expect({ previousTip, position }, `link ${index} of ${steps.length}`).toMatchObject({
        previousTip: before.tip,
        position: { epoch: before.epoch, sequence: before.sequence + changes },
      })
    }
  }
}

/**
 * Fails unless every mark that is recorded from here on arrives once, in order, and in the open
 * span.
 */
export async function expectEveryChange(feed: FollowedFeed, stores: readonly ProbedStore[]): Promise<void> {
  await feed.confirm()
  const span = feed.spans.at(-1)
  const name = randomUUID()
  const values = Array.from({ length: 12 }, (_, index) => `${name}-${index}`)
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 60_000 }
  // The marks are recorded one by one, so that each is a separate change.
  for (const [index, value] of values.entries())
    await stores[index % stores.length]?.record([{ key: { scope: 'jti', value }, mark }])
  await feed.confirm()
  expect(feed.spans.at(-1), 'the span that was open').toBe(span)
  const told = span?.steps.flatMap(({ recorded }) => recorded.map(({ value }) => value)) ?? []
  expect(told.filter((value) => value.startsWith(name))).toEqual(values)
  expectUnbroken(feed)
}
