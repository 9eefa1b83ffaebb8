import { type RedisServer, startRedis } from '@revoked/testing'
import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient, createCluster, createSentinel } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { clientFindings } from '../../src/diagnose/client-findings.ts'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import { connecting, inShort, saneIoredis, saneNodeRedis, test } from '../support/diagnose-setup.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis({ args: ['--appendonly', 'yes'] })
})
afterAll(() => server.stop())

describe.each([
  ['ioredis 6', (options: object) => new Redis(server.port, options)],
  ['ioredis 5', (options: object) => new Redis5(server.port, options)],
] as const)('%s', (_, create) => {
  test.for<[name: string, settings: object, expected: string[]]>([
    ['its defaults', {}, ['warning offline-queue']],
    ['a queue that waits without limit', { maxRetriesPerRequest: null }, ['warning offline-queue']],
    ['a queue with few retries', { maxRetriesPerRequest: 2 }, []],
    ['many retries', { ...saneIoredis, maxRetriesPerRequest: 20 }, ['warning many-retries']],
    ['a client that does not reconnect', { ...saneIoredis, retryStrategy: null }, ['error no-reconnect']],
    ['no limit to connecting', { ...saneIoredis, connectTimeout: 0 }, ['warning no-connect-timeout']],
    ['autopipelining', { ...saneIoredis, enableAutoPipelining: true }, ['info auto-pipelining']],
    ['a keyPrefix', { ...saneIoredis, keyPrefix: 'app:' }, ['error key-prefix']],
    ['reads from replicas', { ...saneIoredis, role: 'slave' }, ['error reads-from-replicas']],
  ])('%s', async ([, settings, expected], { own }) => {
    expect(inShort(await diagnoseRedis(own(create(settings))))).toEqual(expected)
  })
})

describe.each([
  ['node-redis 6', (options: object) => createClient(options)],
  ['node-redis 5', (options: object) => createClient5(options)],
] as const)('%s', (_, create) => {
  const { socket, ...sane } = saneNodeRedis(0)
  type Settings = Partial<Omit<ReturnType<typeof saneNodeRedis>, 'socket' | 'disableOfflineQueue'>> & {
    readonly socket?: object
    readonly disableOfflineQueue?: boolean
    readonly keyPrefix?: string
  }

  test.for<[name: string, settings: Settings, expected: string[]]>([
    ['its defaults', {}, ['warning offline-queue', 'warning no-handshake-timeout']],
    ['an offline queue', { ...sane, socket, disableOfflineQueue: false }, ['warning offline-queue']],
    [
      'a socket timeout after which it gives up',
      { ...sane, socket: { socketTimeout: 10_000 } },
      ['error no-reconnect'],
    ],
    ['a socket timeout that idleness trips', { ...sane, socket, pingInterval: 20_000 }, ['warning idle-disconnect']],
    ['no limit to connecting', { ...sane, socket: { ...socket, connectTimeout: 0 } }, ['warning no-connect-timeout']],
    [
      'a client that does not reconnect',
      { ...sane, socket: { ...socket, reconnectStrategy: false } },
      ['error no-reconnect'],
    ],
    ['a keyPrefix', { ...sane, socket, keyPrefix: 'app:' }, ['error key-prefix']],
  ])('%s', async ([, settings, expected], { own }) => {
    const client = create({ ...settings, socket: { ...settings.socket, port: server.port } })
    expect(inShort(await diagnoseRedis(connecting(own(client))))).toEqual(expected)
  })
})

describe('a client of several servers', () => {
  const nodes = [{ host: '127.0.0.1', port: 1 }]

  test('of ioredis is judged by its own queue, and by the timeouts of its nodes', ({ own }) => {
    const findingsOf = (options: ConstructorParameters<typeof Cluster>[1]): string[] =>
      inShort(clientFindings(own(new Cluster(nodes, { lazyConnect: true, ...options }))))
    const redisOptions = { socketTimeout: 5_000 }
    expect(findingsOf({})).toEqual(['warning offline-queue'])
    expect(findingsOf({ enableOfflineQueue: false, redisOptions })).toEqual([])
    expect(findingsOf({ enableOfflineQueue: false, redisOptions, scaleReads: 'all' })).toEqual([
      'error reads-from-replicas',
    ])
    expect(findingsOf({ enableOfflineQueue: false, redisOptions: { ...redisOptions, keyPrefix: 'app:' } })).toEqual([
      'error key-prefix',
    ])
    expect(findingsOf({ enableOfflineQueue: false, redisOptions: { ...redisOptions, connectTimeout: 0 } })).toEqual([
      'warning no-connect-timeout',
    ])
  })

  test('of node-redis is judged by the defaults of its nodes', () => {
    const rootNodes = [{ socket: { port: 1 } }]
    const { socket, ...sane } = saneNodeRedis(0)
    const defaults = { ...sane, socket: { socketTimeout: 10_000, reconnectStrategy: socket.reconnectStrategy } }
    expect(inShort(clientFindings(createCluster({ rootNodes })))).toEqual([
      'warning offline-queue',
      'warning no-handshake-timeout',
    ])
    expect(clientFindings(createCluster({ rootNodes, defaults }))).toEqual([])
  })

  test('of node-redis for Sentinel reports that its settings are private', () => {
    const client = createSentinel({ name: 'primary', sentinelRootNodes: nodes })
    expect(inShort(clientFindings(client))).toEqual(['info unchecked'])
  })
})

describe('a client that does something else', () => {
  test('of ioredis is reported by what it waits for', async ({ own }) => {
    const subscriber = own(new Redis5({ port: server.port, ...saneIoredis, lazyConnect: true }))
    await subscriber.connect()
    await subscriber.subscribe('news')
    const waiting = own(new Redis({ port: server.port, ...saneIoredis, lazyConnect: true }))
    await waiting.connect()
    waiting.blpop('queue', 0).catch(() => undefined)
    expect(inShort(await diagnoseRedis(subscriber))).toEqual(['error occupied-client'])
    expect(await diagnoseRedis(waiting)).toMatchObject([
      { code: 'occupied-client', message: expect.stringContaining('waits for BLPOP') },
    ])
  })

  test('of node-redis is reported by its silence, or by what the server says', async ({ own }) => {
    const subscriber = own(createClient5(saneNodeRedis(server.port)))
    await subscriber.connect()
    await subscriber.subscribe('news', () => undefined)
    const waiting = own(createClient(saneNodeRedis(server.port)))
    await waiting.connect()
    waiting.blPop('queue', 0).catch(() => undefined)
    expect(inShort(await diagnoseRedis(subscriber))).toEqual(['error occupied-client'])
    expect(inShort(await diagnoseRedis(waiting))).toEqual(['error occupied-client'])
  })
})
