import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { allClients } from '../support/connected-clients.ts'
import { sessionOf } from '../support/sessions.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe.each(allClients)('a server that is killed in the middle of 1,000 logins, %s', (_, connect) => {
  /** Logs in, kills the server when about half is done, and starts it again. */
  async function logInThroughCrash(keepsData: boolean, args: readonly string[]) {
    const server: RedisServer = await startRedis({ args })
    ends.push(() => server.stop())
    const { client, disconnect } = await connect(server.port)
    ends.push(disconnect)
    const store = redisSessions(client)
    const sessions = Array.from({ length: 1_000 }, (_, index) => sessionOf(`user-${index % 10}`))
    const opened: typeof sessions = []
    const logIn = async (session: (typeof sessions)[number]): Promise<void> => {
      await store.open(session, { maxOpen: 100, instead: [] })
      opened.push(session)
      if (opened.length === 500) server.kill('SIGKILL')
    }
    // The client sends in turns, so that the server has not received everything when it dies.
    let next = 0
    const caller = async (): Promise<void> => {
      for (let session = sessions[next++]; session !== undefined; session = sessions[next++]) await logIn(session)
    }
    await Promise.allSettled(Array.from({ length: 20 }, caller))
    expect(opened.length).toBeLessThan(1_000)
    await server.restart({ keepsData })
    await eventually(async () => [await store.count('user-0')], 'the client is back', 10_000)
    return { store, sessions, opened }
  }

  const expiriesOf = (sessions: readonly ReturnType<typeof sessionOf>[]): number[] =>
    sessions.map(({ usedAt, idleMs }) => usedAt + idleMs)

  test('has every session that was reported as open, if its file has it', async () => {
    const { store, sessions, opened } = await logInThroughCrash(true, [
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
    ])
    expect(await store.find(opened)).toEqual(expiriesOf(opened))
    for (const session of sessions)
      expect(await store.open(session, { maxOpen: 100, instead: [] })).toMatchObject({ opened: true })
    for (let user = 0; user < 10; user++) expect(await store.count(`user-${user}`)).toBe(100)
  }, 30_000)

  test('has none without a file, which the above would detect', async () => {
    const { store, opened } = await logInThroughCrash(false, [])
    expect(await store.find(opened)).toEqual(opened.map(() => undefined))
  }, 30_000)
})
