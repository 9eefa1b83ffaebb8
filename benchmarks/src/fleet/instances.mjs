// @ts-check
// A process that runs a number of instances, each with its own client, and does nothing with them.
import { createLayered } from '../layered/revocation.mjs'

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const [url = '', count] = process.argv.slice(2)
await Promise.all(Array.from({ length: Number(count) }, () => createLayered(url)))
process.send?.('ready')
