/** What a caller can read of a Redis that is not there, whoever reports it. */
import { createRevocation, type FollowableStore } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

/** No server listens on this port. */
const emptyPort = 1
const ignore = (): void => undefined

interface Settings {
  readonly port: number
  readonly password?: string
}

interface Client {
  readonly store: FollowableStore
  readonly connect: () => Promise<unknown>
  readonly close: () => void
}

const clients: readonly (readonly [name: string, open: (settings: Settings) => Client])[] = [
  [
    'ioredis',
    (settings) => {
      const client = new Redis({ ...settings, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 })
      client.on('error', ignore)
      return { store: redisStore(client), connect: () => client.connect(), close: () => client.disconnect() }
    },
  ],
  [
    'node-redis',
    ({ port, ...settings }) => {
      const client = createClient({ ...settings, socket: { port }, disableOfflineQueue: true })
      client.on('error', ignore)
      return {
        store: redisStore(client),
        connect: () => client.connect(),
        close: () => client.isOpen && client.destroy(),
      }
    },
  ],
]

/** Expects that checks say why they are unavailable. Only the first may run into its deadline. */
async function expectCause(store: FollowableStore, says: RegExp): Promise<void> {
  await eventually(async () => says.test(await causeOf(store)), `a check says ${says}`, 10_000)
  expect(await causeOf(store)).toMatch(says)
}

/** Returns why a check is unavailable, with the deadline of the defaults. */
async function causeOf(store: FollowableStore): Promise<string> {
  const verdict = await createRevocation({ store, maxTokenLifetime: '1h' }).check(tokenOf('a'))
  return verdict.status === 'unavailable' ? String(verdict.error.cause) : verdict.status
}

describe.each(clients)('%s', { concurrent: true, timeout: 20_000 }, (_, open) => {
  test('names the code of an unreachable port', async ({ onTestFinished }) => {
    const { store, connect, close } = open({ port: emptyPort })
    onTestFinished(close)
    connect().catch(ignore)
    await expectCause(store, /ECONNREFUSED .*diagnoseRedis/)
  })

  test('names the code as the cause of a watch that ends', async ({ onTestFinished }) => {
    const { store, connect, close } = open({ port: emptyPort })
    onTestFinished(close)
    connect().catch(ignore)
    const { signal } = createRevocation({ store, maxTokenLifetime: '1h' }).watch(tokenOf('a'))
    await eventually(() => signal.aborted, 'the watch ends', 10_000)
    expect(String(signal.reason.cause)).toMatch(/ECONNREFUSED .*diagnoseRedis/)
  })

  test('names the code after the server was killed', async ({ start, onTestFinished }) => {
    const server = await start()
    const { store, connect, close } = open({ port: server.port })
    onTestFinished(close)
    await connect()
    expect(await causeOf(store)).toBe('active')
    await server.kill('SIGKILL')
    await expectCause(store, /ECONNREFUSED .*diagnoseRedis/)
  })

  test('names a wrong password, and does not show it', async ({ start, onTestFinished }) => {
    const server = await start('--requirepass', 'right')
    const { store, connect, close } = open({ port: server.port, password: 's3cret' })
    onTestFinished(close)
    connect().catch(ignore)
    await expectCause(store, /NOAUTH|WRONGPASS/)
    expect(await causeOf(store)).not.toContain('s3cret')
  })

  test('says that it is closed', async ({ start, onTestFinished }) => {
    const server = await start()
    const { store, connect, close } = open({ port: server.port })
    onTestFinished(close)
    await connect()
    close()
    await expectCause(store, /the client is closed/)
  })
})

test('node-redis says that connect was never called', async () => {
  await expectCause(redisStore(createClient()), /connect\(\) was never called/)
})
