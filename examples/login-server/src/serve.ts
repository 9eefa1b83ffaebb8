import { curlLines } from './curl-lines.ts'
import { startServer } from './server.ts'
import { exitWith } from './setup-error.ts'
import type { LocalStore, ObservableStore, SharedStore } from './store.ts'
import { storeFromArguments } from './store-argument.ts'

/** A store, and the function that removes what it has left in Redis. */
interface OpenedStore {
  readonly store: ObservableStore
  readonly close: () => Promise<void>
}

const { PORT = '3000' } = process.env
const opened = await open(storeFromArguments(process.argv.slice(2)).store).catch(exitWith)
const server = await startServer({ store: opened.store, port: Number(PORT), report: console.error }).catch(refuse)

console.log(`Listening on ${server.url}. Ctrl-C stops it. Try, in this order:\n`)
console.log(curlLines(server.url))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.close()
    await opened.close().catch(exitWith)
    // A store may keep a connection open.
    process.exit(0)
  })
}

async function open(kind: LocalStore | SharedStore): Promise<OpenedStore> {
  if (!('locate' in kind)) return { store: kind.open(), close: async () => {} }
  const redis = await kind.locate()
  console.log(`Redis:    ${redis.description}`)
  return { store: await kind.open(redis, (finding) => console.log(`Finding:  ${finding}`)), close: redis.close }
}

async function refuse(error: unknown): Promise<never> {
  await opened.close()
  console.error(`Cannot listen on port ${PORT}: ${error instanceof Error ? error.message : error}`)
  return process.exit(1)
}
