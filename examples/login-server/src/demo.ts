import { runDemo } from './run-demo.ts'
import { runSharedDemo } from './run-shared-demo.ts'
import { exitWith } from './setup-error.ts'
import { storeFromArguments } from './store-argument.ts'

const { NO_COLOR = '' } = process.env
const output = { print: console.log, coloured: process.stdout.isTTY && NO_COLOR === '' }
const { name, store } = storeFromArguments(process.argv.slice(2))
const exitCode = await ('locate' in store
  ? runSharedDemo({ name, store }, output).catch(exitWith)
  : runDemo(store.open(), output))
// A store may keep a connection open, which would keep the process running.
process.exit(exitCode)
