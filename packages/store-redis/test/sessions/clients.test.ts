import { randomUUID } from 'node:crypto'
import { type OpenSessions, sessionCases } from '@revoked/conformance'
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

  async function open(): Promise<OpenSessions> {
    const [one, other] = [await connect(server.port), await connect(server.port)]
    const options = { prefix: randomUUID(), hashSubjects: true }
    return {
      store: redisSessions(one.client, options),
      peer: redisSessions(other.client, options),
      close: () => {
        one.disconnect()
        other.disconnect()
      },
    }
  }

  // `contract.test.ts` runs them without hashed subjects.
  for (const { name, run } of sessionCases) test(name, () => run({ open }))

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
