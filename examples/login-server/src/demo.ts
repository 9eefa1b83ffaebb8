import { runDemo } from './run-demo.ts'
import { storeFromArguments } from './store-argument.ts'

const { NO_COLOR = '' } = process.env
const store = storeFromArguments(process.argv.slice(2))
const exitCode = await runDemo(store, { print: console.log, coloured: process.stdout.isTTY && NO_COLOR === '' })
// A store may hold a connection open; the demo is over all the same.
process.exit(exitCode)
