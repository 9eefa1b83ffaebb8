import type { SessionStore } from '@revoked/core/sessions'
import { memorySessions } from '@revoked/store-memory'
import type { Output } from './narrator.ts'
import { outageStore, sessionsOf } from './outage.ts'
import { startServer } from './server.ts'
import type { ObservableStore } from './store.ts'
import { runStory } from './story.ts'

/**
 * Starts a server over the store, runs the story against it, and stops it. Resolves with the exit
 * code.
 */
export async function runDemo(
  store: ObservableStore,
  output: Output,
  list: SessionStore = memorySessions(),
): Promise<0 | 1> {
  const outage = outageStore(store)
  const server = await startServer({ store: outage, sessionStore: sessionsOf(outage, list) })
  try {
    const { differences } = await runStory({ ...output, urls: [server.url], outage })
    return differences === 0 ? 0 : 1
  } finally {
    await server.close()
  }
}
