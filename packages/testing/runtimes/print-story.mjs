// Prints the story as JSON, for runtimes that run a file and end.
import { tellStory } from './story.mjs'

console.log(JSON.stringify(await tellStory()))
