import { cacheChapters, cachedOutageChapters, subscriptionChapters } from './cache-chapters.ts'
import { type Chapter, chapters, outageChapters } from './chapters.ts'
import type { Device } from './client.ts'
import { createNarrator, type Narrator, type Outcome, type Voice } from './narrator.ts'
import type { Outage } from './outage.ts'
import type { Subscriptions } from './redis-outage.ts'

/** Who is in the story. */
interface Cast {
  readonly laptop: Device
  readonly phone: Device
  readonly tablet: Device
  readonly admin: Device
  /** Has copied what another device has. */
  readonly thief: Device
  /** Has no token and needs none. */
  readonly anybody: Device
}

/** What a chapter plays on. */
export interface Stage extends Cast, Narrator {}

/** What a chapter plays on that takes the store down. */
export interface OutageStage extends Stage {
  readonly outage: Outage
}

/** What a chapter plays on that is about the servers' caches. */
export interface CacheStage extends Stage {
  readonly urls: readonly string[]
  /** For how long a server may let pass what was taken back. */
  readonly maxStalenessMs: number
}

/** What a chapter plays on that takes the subscriptions away. */
export interface SubscriptionStage extends CacheStage {
  readonly subscriptions: Subscriptions
}

/** Where the story is told, and how. */
export interface StoryOptions extends Voice {
  /** Of the servers. They share a store, and the first one has the users. */
  readonly urls: readonly string[]
  /** Without it, the chapters on outages are left out. */
  readonly outage?: (Outage & { readonly subscriptions?: Subscriptions }) | undefined
  /** Where the servers answer from caches: for how long they may let pass what was taken back. */
  readonly maxStalenessMs?: number | undefined
}

/** Tells all chapters, the summary included. */
export async function tellStory({ urls, outage, maxStalenessMs, ...voice }: StoryOptions): Promise<Outcome> {
  const narrator = createNarrator(urls, voice, maxStalenessMs)
  const stage: Stage = { ...narrator, ...createCast() }
  await tellAll(chapters, stage)
  if (maxStalenessMs !== undefined) {
    const cacheStage = { ...stage, urls, maxStalenessMs }
    await tellAll(cacheChapters, cacheStage)
    const { subscriptions } = outage ?? {}
    if (subscriptions !== undefined) await tellAll(subscriptionChapters, { ...cacheStage, subscriptions })
    if (outage !== undefined) await tellAll(cachedOutageChapters, { ...cacheStage, outage })
  } else if (outage !== undefined) await tellAll(outageChapters, { ...stage, outage })
  const { requests, differences } = narrator.outcome()
  const verdict = differences === 0 ? 'all as they must be' : `${differences} NOT as they must be`
  voice.print(`\n${requests} requests, ${verdict}`)
  return { requests, differences }
}

async function tellAll<On extends Stage>(told: readonly Chapter<On>[], stage: On): Promise<void> {
  for (const { title, tell } of told) {
    stage.heading(title)
    await tell(stage)
  }
}

function createCast(): Cast {
  return {
    laptop: { user: 'ada', name: 'laptop' },
    phone: { user: 'ada', name: 'phone' },
    tablet: { user: 'ben', name: 'tablet' },
    admin: { user: 'root', name: 'desk' },
    thief: { user: '?', name: 'thief' },
    anybody: { user: '-', name: '-' },
  }
}
