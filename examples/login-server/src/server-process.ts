import { startServer } from './server.ts'
import { SetupError } from './setup-error.ts'
import type { ServerOrder, ServerReply } from './start-server-process.ts'
import { storeCalled } from './store.ts'

// What to do comes as a message: neither a key nor the password of a URL belongs on a command line.
process.once('message', async (order: ServerOrder) => {
  reply(await start(order).catch(failure))
})
// It ends with the process that started it, in whatever way that one ends.
process.once('disconnect', () => process.exit())

async function start({ storeName, address, secret }: ServerOrder): Promise<ServerReply> {
  const kind = storeCalled(storeName)
  const findings: string[] = []
  const store = 'locate' in kind ? await kind.open(address, (finding) => findings.push(finding)) : kind.open()
  const { url } = await startServer({ store, secret })
  return { url, findings }
}

function failure(error: unknown): ServerReply {
  if (error instanceof SetupError) return { refusal: error.message }
  throw error
}

function reply(message: ServerReply): void {
  // Whoever asked may be gone by now, and `disconnect` is still to come.
  process.send?.(message, (error: Error | null) => error && process.exit())
}
