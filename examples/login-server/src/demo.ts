import { runDemo } from './run-demo.ts'
import { runSharedDemo } from './run-shared-demo.ts'
import { exitWith } from './setup-error.ts'
import { storeFromArguments } from './store-argument.ts'

const { NO_COLOR = '' } = process.env
const voice = { print: console.log, coloured: process.stdout.isTTY && NO_COLOR === '' }
const { name, store } = storeFromArguments(process.argv.slice(2))
const exitCode = await ('locate' in store
  ? runSharedDemo({ name, store }, voice).catch(exitWith)
  : runDemo(store.open(), voice))
// A store may hold a connection open; the demo is over all the same.
process.exit(exitCode)
