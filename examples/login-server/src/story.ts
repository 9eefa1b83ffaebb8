import { chapters } from './chapters.ts'
import type { Device } from './client.ts'
import { createNarrator, type Narrator, type Outcome, type Voice } from './narrator.ts'
import type { OutageStore } from './outage.ts'

/** Who is in the story. */
interface Cast {
  readonly laptop: Device
  readonly phone: Device
  readonly tablet: Device
  readonly admin: Device
  /** Has no token and needs none. */
  readonly anybody: Device
}

/** What a chapter plays on. */
export interface Stage extends Cast, Narrator {
  readonly outage: OutageStore
}

/** Where the story is told, and how. */
export interface StoryOptions extends Voice {
  readonly url: string
  readonly outage: OutageStore
}

/** Tells all chapters, the summary included. */
export async function tellStory({ url, outage, ...voice }: StoryOptions): Promise<Outcome> {
  const narrator = createNarrator(url, voice)
  const stage: Stage = { ...narrator, ...createCast(), outage }
  for (const { title, tell } of chapters) {
    narrator.heading(title)
    await tell(stage)
  }
  const { requests, differences } = narrator.outcome()
  const verdict = differences === 0 ? 'all as they must be' : `${differences} NOT as they must be`
  voice.print(`\n${requests} requests, ${verdict}`)
  return { requests, differences }
}

function createCast(): Cast {
  return {
    laptop: { user: 'ada', name: 'laptop' },
    phone: { user: 'ada', name: 'phone' },
    tablet: { user: 'ben', name: 'tablet' },
    admin: { user: 'root', name: 'desk' },
    anybody: { user: '-', name: '-' },
  }
}
