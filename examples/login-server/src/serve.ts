import { curlLines } from './curl-lines.ts'
import { startServer } from './server.ts'
import { storeFromArguments } from './store-argument.ts'

const { PORT = '3000' } = process.env
const store = storeFromArguments(process.argv.slice(2))
const server = await startServer({ store, port: Number(PORT), report: console.error }).catch(refuse)

console.log(`Listening on ${server.url}. Ctrl-C stops it. Try, in this order:\n`)
console.log(curlLines(server.url))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.close()
    // A store may hold a connection open.
    process.exit(0)
  })
}

function refuse(error: unknown): never {
  console.error(`Cannot listen on port ${PORT}: ${error instanceof Error ? error.message : error}`)
  return process.exit(1)
}
