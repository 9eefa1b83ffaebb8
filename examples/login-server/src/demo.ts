import { runDemo } from './run-demo.ts'
import { runFileDemo } from './run-file-demo.ts'
import { runSharedDemo } from './run-shared-demo.ts'
import { exitWith } from './setup-error.ts'
import { storeFromArguments } from './store-argument.ts'

const { NO_COLOR = '' } = process.env
const output = { print: console.log, coloured: process.stdout.isTTY && NO_COLOR === '' }
const { name, store } = storeFromArguments(process.argv.slice(2))
const exitCode = await run()
// A store may keep a connection open, which would keep the process running.
process.exit(exitCode)

async function run(): Promise<number> {
  if ('locate' in store) return await runSharedDemo({ name, store }, output).catch(exitWith)
  if ('openFile' in store) return await runFileDemo(name, output).catch(exitWith)
  return await runDemo(store.open(), output)
}
