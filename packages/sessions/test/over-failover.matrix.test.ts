/** Closes that a failover interrupts between their halves, with the sentinels of a real group. */
import { randomUUID } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, type RedisSentinels, startSentinel } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSessions, type Session, type Sessions } from '../src/index.ts'
import { claimsOf } from './support/setup.ts'

let group: RedisSentinels
let client: Redis
beforeEach(async () => {
  group = await startSentinel()
  const sentinels = group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
  client = new Redis({ name: group.name, sentinels, sentinelRetryStrategy: () => 50, retryStrategy: () => 50 })
  client.on('error', () => undefined)
  await eventually(() => client.status === 'ready', 'the client is connected')
}, 90_000)
afterEach(async () => {
  client.disconnect()
  await group.stop()
})

const times = { idleTimeout: '30m', absoluteLifetime: '30d' } as const

function open() {
  const prefix = randomUUID()
  const revocation = createRevocation({ store: redisStore(client, { prefix }), maxTokenLifetime: '24h' })
  const store = redisSessions(client, { prefix })
  return { revocation, store, sessions: createSessions({ store, revocation, ...times }) }
}

type Instances = ReturnType<typeof open>

async function stateOf({ sessions, revocation }: Instances, session: Session<unknown>) {
  const isListed = (await sessions.get(session.subject, session.id)) !== undefined
  return { isListed, isAccepted: (await revocation.check(claimsOf(session, Date.now()))).allowed }
}

/** Fails over, once both replicas have what was written: what they lack is lost by a failover. */
async function failOver(by: 'command' | 'kill'): Promise<void> {
  expect(await client.wait(2, 5_000)).toBe(2)
  await group.failover(by)
}

/** Returns the sessions with a list whose closing calls come after a failover. */
function withFailover({ store, revocation }: Instances, by: 'command' | 'kill'): Sessions<unknown> {
  const dying: SessionStore = {
    ...store,
    close: async (...given) => {
      await failOver(by)
      return await store.close(...given)
    },
    closeAll: async (...given) => {
      await failOver(by)
      return await store.closeAll(...given)
    },
  }
  return createSessions({ store: dying, revocation, ...times })
}

type Close = (sessions: Sessions<unknown>, victim: Session<unknown>, own: Session<unknown>) => Promise<unknown>

const closes: Readonly<Record<string, Close>> = {
  'a close': (sessions, victim) => sessions.close('ada', victim.id),
  'a close of all others': (sessions, _, own) => sessions.closeAll('ada', { except: claimsOf(own, Date.now()) }),
}

for (const [title, close] of Object.entries(closes)) {
  test.each(['command', 'kill'] as const)(
    `${title} is refused at once and completed by a retry, if a failover by %s is between its halves`,
    async (by) => {
      const whole = open()
      const [victim, own] = [
        await whole.sessions.open({ subject: 'ada' }),
        await whole.sessions.open({ subject: 'ada' }),
      ]
      // Its deadline passes during the failover.
      await expect(close(withFailover(whole, by), victim, own)).rejects.toMatchObject({
        code: 'ERR_REVOCATION_UNAVAILABLE',
      })
      await eventually(async () => await whole.sessions.count('ada'), 'the new primary answers', 30_000)
      const { allowed } = await whole.revocation.check(claimsOf(victim, Date.now()))
      expect(allowed).toBe(false)
      await close(whole.sessions, victim, own)
      expect(await stateOf(whole, victim)).toEqual({ isListed: false, isAccepted: false })
      expect(await stateOf(whole, own)).toEqual({ isListed: true, isAccepted: true })
    },
    120_000,
  )
}

test('a close that changes the list first is found by the same failover', async () => {
  const whole = open()
  const victim = await whole.sessions.open({ subject: 'ada' })
  await whole.store.close('ada', [victim.id])
  await failOver('command')
  await eventually(async () => (await whole.sessions.count('ada')) === 0, 'the new primary answers', 30_000)
  expect(await stateOf(whole, victim)).toEqual({ isListed: false, isAccepted: true })
}, 120_000)
