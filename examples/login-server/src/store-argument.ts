import { parseArgs } from 'node:util'
import { type CountingStore, openStore } from './store.ts'

/** The store that `--store` names. Wrong arguments end the process with a message: there is nothing to go on with. */
export function storeFromArguments(args: readonly string[]): CountingStore {
  try {
    const { values } = parseArgs({ args: [...args], options: { store: { type: 'string', default: 'memory' } } })
    return openStore(values.store)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return process.exit(1)
  }
}
