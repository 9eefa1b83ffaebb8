// Answers every request with the story as JSON, in workerd.
import { tellStory } from './story.mjs'

// biome-ignore lint/style/noDefaultExport: workerd looks for the handlers there.
export default { fetch: async () => Response.json(await tellStory()) }
