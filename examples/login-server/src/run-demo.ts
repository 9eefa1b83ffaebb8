import type { Voice } from './narrator.ts'
import { outageStore } from './outage.ts'
import { startServer } from './server.ts'
import type { ObservableStore } from './store.ts'
import { tellStory } from './story.ts'

/** Starts a server over the store, tells the story to it, and stops it. Answers the exit code. */
export async function runDemo(store: ObservableStore, voice: Voice): Promise<0 | 1> {
  const outage = outageStore(store)
  const server = await startServer({ store: outage })
  try {
    const { differences } = await tellStory({ ...voice, urls: [server.url], outage })
    return differences === 0 ? 0 : 1
  } finally {
    await server.close()
  }
}
