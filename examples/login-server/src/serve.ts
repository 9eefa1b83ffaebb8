import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { curlLines } from './curl-lines.ts'
import { startServer } from './server.ts'
import { exitWith } from './setup-error.ts'
import type { OpenStore } from './store.ts'
import { type ChosenStore, storeFromArguments } from './store-argument.ts'

const { PORT = '3000' } = process.env
const opened = await open(storeFromArguments(process.argv.slice(2)).store).catch(exitWith)
const server = await startServer({ ...opened, port: Number(PORT), report: console.error }).catch(refuse)

console.log(`Listening on ${server.url}. Ctrl-C stops it.`)
console.log(`\nIn a browser: ${server.url}/devices, as ada with the password analytical-engine.`)
console.log('A second browser, or a private window, is a second device.')
console.log(`The console: ${server.url}/console/, as root with the password keys-to-the-house.`)
console.log('In a shell, in this order:')
console.log(curlLines(server.url))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // In this order. Nothing is left then that keeps the process alive.
  process.once(signal, async () => {
    await server.close()
    await opened.close().catch(exitWith)
  })
}

async function open(kind: ChosenStore['store']): Promise<OpenStore> {
  if ('openFile' in kind) {
    const { DATABASE_PATH = join(tmpdir(), 'revoked-login-server.db') } = process.env
    console.log(`File:     ${DATABASE_PATH}`)
    return await kind.openFile(DATABASE_PATH)
  }
  if (!('locate' in kind)) return { store: kind.open(), close: async () => {} }
  const database = await kind.locate()
  console.log(`Database: ${database.description}`)
  const opened = await kind.open(database, (finding) => console.log(`Finding:  ${finding}`))
  return { ...opened, close: () => opened.close().then(database.close) }
}

async function refuse(error: unknown): Promise<never> {
  await opened.close()
  console.error(`Cannot listen on port ${PORT}: ${error instanceof Error ? error.message : error}`)
  return process.exit(1)
}
