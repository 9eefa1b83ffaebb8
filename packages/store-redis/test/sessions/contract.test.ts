import { randomUUID } from 'node:crypto'
import { sessionCases, sessionFailureCases } from '@revoked/conformance'
import { type RedisServer, startRedis } from '@revoked/testing'
import { describeCases } from '@revoked/testing/describe-cases'
import { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { redisSessions } from '../../src/index.ts'

let server: RedisServer
let clients: readonly [Redis, Redis]
beforeAll(async () => {
  server = await startRedis()
  clients = [new Redis({ port: server.port }), new Redis({ port: server.port })]
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await server.stop()
})

describeCases('the contract of session stores', sessionCases, {
  open: () => {
    const prefix = randomUUID()
    const [store, peer] = clients.map((client) => redisSessions(client, { prefix }))
    if (store === undefined || peer === undefined) throw new Error('Two clients are needed.')
    return { store, peer }
  },
})

describeCases('a session store whose connection is gone', sessionFailureCases, {
  open: () => {
    const client = new Redis({ port: server.port })
    const disconnect = (): void => client.disconnect()
    return { store: redisSessions(client, { prefix: randomUUID() }), breakDown: disconnect, close: disconnect }
  },
})
