import { startServer } from './server.ts'
import { SetupError } from './setup-error.ts'
import type { ServerOrder, ServerReply } from './start-server-process.ts'
import { type OpenStore, storeCalled } from './store.ts'

// The order comes as a message, because keys and passwords do not belong on a command line.
process.once('message', async (order: ServerOrder) => {
  reply(await start(order).catch(failure))
})
// The process ends when its parent ends, even if the parent is killed.
process.once('disconnect', () => process.exit())

async function start({ storeName, address, secret }: ServerOrder): Promise<ServerReply> {
  const kind = storeCalled(storeName)
  const findings: string[] = []
  const opened = await openStore(kind, address, (finding) => findings.push(finding))
  const { url } = await startServer({ ...opened, secret })
  return { url, findings }
}

async function openStore(
  kind: ReturnType<typeof storeCalled>,
  address: ServerOrder['address'],
  report: (finding: string) => void,
): Promise<Omit<OpenStore, 'close'>> {
  if ('locate' in kind) return await kind.open(address, report)
  return 'openFile' in kind ? await kind.openFile(address.url) : { store: kind.open() }
}

function failure(error: unknown): ServerReply {
  if (error instanceof SetupError) return { refusal: error.message }
  throw error
}

function reply(message: ServerReply): void {
  // The parent may have ended before its `disconnect` arrived.
  process.send?.(message, (error: Error | null) => error && process.exit())
}
