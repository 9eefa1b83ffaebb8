import { randomUUID } from 'node:crypto'
import { entriesOfRun, nameOf, type RedisServer, redisServers, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { allClients } from '../support/connected-clients.ts'
import { useSessions } from '../support/whole-sessions.ts'

const { binaries } = await redisServers()
const matrix = binaries.flatMap((binary) => allClients.map(([name, connect]) => ({ binary, name, connect })))

describe.each(
  entriesOfRun(matrix, 2).map(({ binary, name, connect }) => [nameOf(binary), name, binary, connect] as const),
)('%s, standalone, %s', (_server, _client, binary, connect) => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ binary })
  })
  afterAll(() => server.stop())

  test.each([{}, { hashSubjects: true }])('every call has its result, with %o', async (options) => {
    const [one, other] = [await connect(server.port), await connect(server.port)]
    const prefix = randomUUID()
    await useSessions(
      redisSessions(one.client, { prefix, ...options }),
      redisSessions(other.client, { prefix, ...options }),
    )
    one.disconnect()
    other.disconnect()
  })
})
