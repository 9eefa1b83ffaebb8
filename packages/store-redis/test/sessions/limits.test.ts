import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { SessionStore } from '@revoked/core/sessions'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { sessionOf } from '../support/sessions.ts'

let server: RedisServer
let client: Redis
let prefix: string
let store: SessionStore
beforeAll(async () => {
  server = await startRedis()
  client = new Redis({ port: server.port })
})
beforeEach(() => {
  prefix = `test-${randomUUID()}`
  store = redisSessions(client, { prefix })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

describe('a limit', () => {
  test('names the sessions that were used longest ago, as many as must be closed', async () => {
    const now = Date.now()
    for (const [index, id] of ['c', 'a', 'd', 'b'].entries())
      await store.open(sessionOf('ada', { id, usedAt: now - 1_000 * index }))
    const open = (maxOpen: number, instead: string[]) =>
      store.open(sessionOf('ada', { id: 'new' }), { maxOpen, instead })
    expect(await open(2, [])).toEqual({ opened: false, leastUsed: ['b', 'd', 'a'] })
    expect(await open(2, ['b', 'unknown', 'b'])).toEqual({ opened: false, leastUsed: ['d', 'a'] })
    expect(await store.count('ada')).toBe(3)
    expect(await open(2, ['d', 'a'])).toEqual({ opened: true })
    expect((await store.list('ada')).map(({ id }) => id).sort()).toEqual(['c', 'new'])
  })

  test('of 3 opens exactly 3 of 50 concurrent logins from four processes', async () => {
    const opened = await logInElsewhere({ maxOpen: 3, closesLeastUsed: false })
    expect(opened.filter(Boolean)).toHaveLength(3)
    expect(await store.count('ada')).toBe(3)
  }, 30_000)

  test('of 3 leaves exactly 3 open if 50 concurrent logins close the least used', async () => {
    expect(new Set(await logInElsewhere({ maxOpen: 3, closesLeastUsed: true }))).toEqual(new Set([true]))
    expect(await store.count('ada')).toBe(3)
  }, 30_000)

  test('is exceeded by logins that count first, which the above would detect', async () => {
    const counting = async (): Promise<void> => {
      if ((await store.count('ada')) < 3) await store.open(sessionOf('ada'))
    }
    await Promise.all(Array.from({ length: 50 }, counting))
    expect(await store.count('ada')).toBe(50)
  })

  /** Logs in 50 sessions of one subject at once, from four processes. */
  async function logInElsewhere(how: object): Promise<boolean[]> {
    const sessions = Array.from({ length: 50 }, (_, index) => sessionOf('ada', { usedAt: Date.now() + index }))
    const parts = [0, 1, 2, 3].map((part) => sessions.filter((_, index) => index % 4 === part))
    const answers = parts.map(async (part) => {
      const child = fork(new URL('../support/log-in-elsewhere.mjs', import.meta.url), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // Without the conditions of the test runner, the process uses the built packages.
        execArgv: [],
      })
      child.send({ port: server.port, prefix, sessions: part, ...how })
      return await new Promise<boolean[]>((resolve, reject) => {
        child.once('message', (opened) => resolve(opened as boolean[]))
        child.once('error', reject)
        child.once('exit', (code) => reject(new Error(`The process that logs in ended with ${code}.`)))
      })
    })
    return (await Promise.all(answers)).flat()
  }
})
