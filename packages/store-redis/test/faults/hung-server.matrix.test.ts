import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { describe, expect } from 'vitest'
import { expectAvailable, expectUnavailable } from '../support/availability.ts'
import { allClients, type ConnectedClient } from '../support/connected-clients.ts'
import { marksOn, revocationOver, test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'
import { failureOf, verdictOn } from '../support/settled.ts'

guardRejections()

const options = { concurrent: true, timeout: 30_000 } as const

describe.each(allClients)('%s', options, (_, connect) => {
  test('keeps its deadlines while the server pauses all commands, and works afterwards', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await revocation.revoke({ token })
    // Such a pause cannot be ended from outside, so it lasts a little longer than the deadline of a
    // revocation.
    await server.command('CLIENT', 'PAUSE', 4_000, 'ALL')
    await expectUnavailable(revocation, token)
    await expectAvailable(revocation, token)
  })

  test('answers checks while the server pauses writes, until a revocation waits', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await revocation.revoke({ token })
    await server.command('CLIENT', 'PAUSE', 60_000, 'WRITE')
    expect(await verdictOn(revocation, token)).toMatchObject({ status: 'revoked' })
    // A service that starts now reads the settings, and writes nothing that it would wait for.
    const started = revocationOver(await open(connect(server.port)))
    expect(await verdictOn(started, token)).toMatchObject({ status: 'revoked' })
    const waiting = failureOf(revocation.revoke({ token: tokenOf('waiting') }))
    const isWaiting = async (): Promise<boolean> =>
      /blocked_clients:[1-9]/.test(String(await server.command('INFO', 'clients')))
    await eventually(isWaiting, 'the revocation waits')
    await expectUnavailable(revocation, token)
    await waiting
    await server.command('CLIENT', 'UNPAUSE')
    await expectAvailable(revocation, token)
    expect(await revocation.check(tokenOf('late'))).toMatchObject({ status: 'revoked' })
  })

  test.for([
    ['toServer', 1],
    ['toClient', 2],
  ] as const)(
    'keeps its deadlines on a half-open connection %s, and works over the next',
    async ([direction, marks], { start, proxyTo, open }) => {
      const server = await start()
      const proxy = await proxyTo(server.port)
      const revocation = revocationOver(await open(connect(proxy.port)))
      const token = tokenOf('a')
      await revocation.revoke({ token })
      proxy.halfOpen(direction)
      await expectUnavailable(revocation, token)
      // A revocation that was reported as failed was carried out if only its reply was lost.
      expect(await marksOn(server)).toBe(marks)
      proxy.halfOpen('none')
      proxy.cut()
      await expectAvailable(revocation, token)
    },
  )
})

const ignoreErrors = (): void => undefined

/** Clients with their default options: they queue commands, and wait without limit. */
const defaultClients: readonly (readonly [name: string, connect: (port: number) => Promise<ConnectedClient>])[] = [
  ['ioredis 6', async (port) => ofIoredis(new Redis(port))],
  ['ioredis 5', async (port) => ofIoredis(new Redis5(port))],
  ['node-redis 6', (port) => ofNodeRedis(createClient({ socket: { port } }))],
  ['node-redis 5', (port) => ofNodeRedis(createClient5({ socket: { port } }))],
]

function ofIoredis(client: Redis | Redis5): ConnectedClient {
  client.on('error', ignoreErrors)
  return { client, disconnect: () => client.disconnect() }
}

async function ofNodeRedis(
  client: ReturnType<typeof createClient> | ReturnType<typeof createClient5>,
): Promise<ConnectedClient> {
  client.on('error', ignoreErrors)
  await client.connect()
  return { client, disconnect: () => client.isOpen && client.destroy() }
}

describe.each(defaultClients)('%s with its default options', options, (_, connect) => {
  test('keeps its deadlines on a server that hangs, and works once it continues', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await revocation.revoke({ token })
    server.kill('SIGSTOP')
    await expectUnavailable(revocation, token)
    server.kill('SIGCONT')
    await expectAvailable(revocation, token)
  })

  test('keeps its deadlines on a killed server, and works after its restart', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await revocation.revoke({ token })
    server.kill('SIGKILL')
    await expectUnavailable(revocation, token)
    await server.restart()
    await eventually(async () => (await revocation.check(token)).allowed, 'the empty server answers', 10_000)
    await revocation.revoke({ token })
    await expectAvailable(revocation, token)
  })
})
