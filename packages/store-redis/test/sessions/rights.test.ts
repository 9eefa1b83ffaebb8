import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type RedisServer, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisSessions } from '../../src/index.ts'
import { createUser, serverClients } from '../support/restricted-users.ts'
import { useSessions } from '../support/whole-sessions.ts'

/** The rights that the documentation lists, for the default prefix. */
const page = readFileSync(new URL('../../../../docs/operate/redis-settings.md', import.meta.url), 'utf8')
const listed = /^ACL SETUSER sessions on >s3cret (?<rights>.+)$/m.exec(page)?.groups?.['rights']?.split(' ') ?? []

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

/** Carries out every call as a user with these rights, over ioredis and node-redis. */
async function useWith(rights: readonly string[]): Promise<void> {
  for (const [, connect] of serverClients) {
    const user = await createUser([server], `user-${randomUUID()}`, rights)
    const { client, disconnect } = await connect(0)(server.port, user)
    try {
      await useSessions(redisSessions(client))
      const store = redisSessions(client)
      // A session that expires is removed.
      const now = Date.now()
      await store.open({
        id: 'a',
        subject: 'eve',
        openedAt: now,
        usedAt: now,
        authenticatedAt: now,
        idleMs: 5,
        endsAt: now + 9_000,
        data: '',
      })
      await expect.poll(async () => await store.count('eve')).toBe(0)
    } finally {
      disconnect()
      await server.command('FLUSHALL')
      await server.command('SCRIPT', 'FLUSH')
    }
  }
}

describe('the rights that the documentation lists', () => {
  test('are enough for every call', async () => {
    expect(listed.length).toBeGreaterThan(10)
    await useWith(listed)
  })

  test('are for no other keys, and for no command that changes the server', () => {
    for (const right of listed) expect(right).toMatch(/^(~\{sessions:\*|\+(?!@|client|config)[a-z_]+)$/)
  })

  // Clients ping now and then.
  test.each(listed.filter((right) => !/\+ping|\+info/.test(right)))('are all needed: %s', async (right) => {
    await expect(useWith(listed.filter((other) => other !== right))).rejects.toThrow()
  })
})
