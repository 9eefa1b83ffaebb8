import { parseArgs } from 'node:util'
import { storeCalled } from './store.ts'

/** A store and its name. */
export interface ChosenStore {
  readonly name: string
  readonly store: ReturnType<typeof storeCalled>
}

/**
 * Returns the store that `--store` names. Wrong arguments end the process with a message.
 */
export function storeFromArguments(args: readonly string[]): ChosenStore {
  try {
    const { values } = parseArgs({ args: [...args], options: { store: { type: 'string', default: 'memory' } } })
    return { name: values.store, store: storeCalled(values.store) }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return process.exit(1)
  }
}
