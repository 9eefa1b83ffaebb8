import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { runNode } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect } from 'vitest'
import { hastyStore, namelessStore, presumptuousStore, swallowingStore } from '../support/broken-stores.ts'
import type { ConnectedClient } from '../support/connected-clients.ts'
import {
  cutThroughout,
  killConnectionsDuringChecks,
  killDuringChecks,
  killDuringRevoke,
  loseAllReplies,
  loseReply,
  type ProxiedStore,
  severInStorm,
} from '../support/fault-checks.ts'
import { test } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { settled } from '../support/settled.ts'

guardRejections()

/** Returns a client that resends commands whose replies were lost, as ioredis does by default. */
function resending(port: number): ConnectedClient & { readonly client: Redis } {
  const client = new Redis({ port, maxRetriesPerRequest: null })
  client.on('error', () => undefined)
  return { client, disconnect: () => client.disconnect() }
}

/** Returns a client that fails at once without a connection, and resends nothing. */
async function failing(port: number): Promise<ConnectedClient> {
  const client = createClient({ socket: { port }, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

describe('a check detects', { concurrent: true, timeout: 30_000 }, () => {
  test('a store that takes a dead server for an empty one', async ({ start, open }) => {
    const server = await start()
    const store = swallowingStore(await open(failing(server.port)))
    await expect(killDuringChecks({ server, store })).rejects.toThrow(/to match object/)
  })

  test('a store that acknowledges what a dead server never received', async ({ start, open }) => {
    const server = await start()
    const store = hastyStore(await open(failing(server.port)))
    await expect(killDuringRevoke({ server, store })).rejects.toThrow(/as if it had been done/)
  })

  test('a store that acknowledges what is lost with a connection', async ({ start, open }) => {
    const server = await start()
    const connected = await failing(server.port)
    const store = hastyStore(await open(connected))
    const storm = severInStorm({ server, store }, () => server.command('CLIENT', 'KILL', 'TYPE', 'normal'))
    await expect(storm).rejects.toThrow(/acknowledged revocations? (is|are) missed/)
  })

  test('a store that does not repeat reads whose connection was lost', async ({ start, open }) => {
    const server = await start()
    const client = new Redis({
      port: server.port,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      lazyConnect: true,
    })
    client.on('error', () => undefined)
    await client.connect()
    await open({ client, disconnect: () => client.disconnect() })
    const checking = killConnectionsDuringChecks({ server, store: presumptuousStore(client) })
    await expect(checking).rejects.toThrow(/checks without an answer/)
  })

  test('a store without a nonce, which takes its own write for that of another', async ({ start, proxyTo, open }) => {
    const server = await start()
    const proxy = await proxyTo(server.port)
    const connected = resending(proxy.port)
    await open(connected)
    const store = namelessStore(connected.client)
    await expect(loseReply({ server, store }, proxy)).rejects.toThrow(/the only caller was first/)
  })

  test.for([
    ['tells no caller', namelessStore, loseAllReplies],
    ['tells every caller', presumptuousStore, cutThroughout],
  ] as const)(
    'a store that %s of a hundred that it was first',
    async ([, storeOver, check], { start, proxyTo, open }) => {
      const server = await start()
      const proxied = async (): Promise<ProxiedStore> => {
        const proxy = await proxyTo(server.port)
        const connected = resending(proxy.port)
        await open(connected)
        return { proxy, store: storeOver(connected.client) }
      }
      const proxiedStores = await Promise.all([proxied(), proxied(), proxied(), proxied()])
      await expect(check({ server }, proxiedStores)).rejects.toThrow(/first of 100/)
    },
  )

  test('a call that never settles', async () => {
    await expect(settled(new Promise(() => undefined), 0)).rejects.toThrow(/not settled/)
  })
})

test('an unhandled rejection fails a guarded file, and the run of an unguarded one', async () => {
  const root = fileURLToPath(new URL('../support/leaky', import.meta.url))
  const settings = JSON.stringify({ config: false, cache: false, watch: false, root })
  const script = `import { startVitest } from 'vitest/node'; await startVitest('test', [], ${settings})`
  const { exitCode, output } = await runNode(['--input-type=module', '--eval', script], root)
  expect(exitCode).toBe(1)
  const plain = stripVTControlCharacters(output)
  expect(plain).toMatch(/FAIL {2}guarded\.spec\.ts.*\n.*rejections that nobody handled/)
  expect(plain).toMatch(/Unhandled Rejection.*originated in "unguarded\.spec\.ts"/s)
}, 30_000)
