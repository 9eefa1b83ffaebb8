import { cacheChapters, cachedOutageChapters, subscriptionChapters } from './cache-chapters.ts'
import { type Chapter, chapters, outageChapters } from './chapters.ts'
import type { Device } from './client.ts'
import { createNarrator, type Narrator, type Outcome, type Output } from './narrator.ts'
import type { Outage } from './outage.ts'
import { restartChapter } from './restart-chapter.ts'
import type { Subscriptions } from './server-outage.ts'
import type { CacheTraits } from './store.ts'

/** The devices of the story. */
interface Cast {
  readonly laptop: Device
  readonly phone: Device
  readonly tablet: Device
  readonly admin: Device
  /** Has the copied tokens of another device. */
  readonly thief: Device
  /** Has no token. */
  readonly anybody: Device
}

/** The devices and functions that a chapter uses. */
export interface Stage extends Cast, Narrator {
  /** The URLs of the servers. */
  readonly urls: readonly string[]
}

/** The same, for chapters that take the store down. */
export interface OutageStage extends Stage {
  readonly outage: Outage
}

/** The same, for chapters that restart the server. */
export interface RestartStage extends Stage {
  /** Kills the server, and starts it again. Resolves to what the output says about the new one. */
  readonly restart: () => Promise<string>
}

/** The same, for chapters about the caches of servers. */
export interface CacheStage extends Stage, CacheTraits {}

/** The same, for chapters that interrupt the subscriptions. */
export interface SubscriptionStage extends CacheStage {
  readonly subscriptions: Subscriptions
}

/** Options for {@link runStory}. */
export interface StoryOptions extends Output {
  /** The URLs of the servers, which share a store. The first server keeps the users. */
  readonly urls: readonly string[]
  /** If missing, the chapters about outages are left out. */
  readonly outage?: (Outage & { readonly subscriptions?: Subscriptions }) | undefined
  /** If missing, the server is not restarted. */
  readonly restart?: RestartStage['restart']
  /** What is expected of the servers' caches. If missing, they have none. */
  readonly cache?: CacheTraits | undefined
}

/** Runs all chapters and prints a summary. */
export async function runStory({ urls, outage, cache, restart, ...output }: StoryOptions): Promise<Outcome> {
  const narrator = createNarrator(urls, output, cache?.maxStalenessMs)
  const stage: Stage = { ...narrator, ...createCast(), urls }
  await runAll(chapters, stage)
  if (restart !== undefined) await runAll([restartChapter], { ...stage, restart })
  if (cache !== undefined) {
    const cacheStage = { ...stage, ...cache }
    await runAll(cacheChapters, cacheStage)
    const { subscriptions } = outage ?? {}
    if (subscriptions !== undefined) await runAll(subscriptionChapters, { ...cacheStage, subscriptions })
    if (outage !== undefined) await runAll(cachedOutageChapters, { ...cacheStage, outage })
  } else if (outage !== undefined) await runAll(outageChapters, { ...stage, outage })
  const { requests, differences } = narrator.outcome()
  const verdict = differences === 0 ? 'all as they must be' : `${differences} NOT as they must be`
  output.print(`\n${requests} requests, ${verdict}`)
  return { requests, differences }
}

async function runAll<On extends Stage>(list: readonly Chapter<On>[], stage: On): Promise<void> {
  for (const { title, run } of list) {
    stage.heading(title)
    await run(stage)
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
