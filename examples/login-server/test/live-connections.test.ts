import { createRevocation, type Revocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually, startRedis } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type Device, send } from '../src/client.ts'
import { type EventStream, openEventStream } from '../src/event-stream.ts'
import { createLiveConnections, type LiveConnections } from '../src/live-connections.ts'
import { type RedisOutage, redisOutage } from '../src/redis-outage.ts'
import { login } from '../src/requests.ts'
import { startServer } from '../src/server.ts'
import { type ObservableStore, storeCalled } from '../src/store.ts'

/** Longer than any test, so a recheck does not end a connection. */
const never = 2 ** 30

const claims = { sub: 'ada', sid: 'laptop', jti: 'a1', iat: nowInSeconds(), exp: nowInSeconds() + 900 }

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1_000)
}

function open(store: ObservableStore, recheckMs = never): { live: LiveConnections; revocation: Revocation } {
  const revocation = createRevocation({ store, maxTokenLifetime: '12h' })
  const live = createLiveConnections({ revocation, store, recheckMs })
  onTestFinished(live.close)
  return { live, revocation }
}

/**
 * Waits until the connections were checked as they were added, so that something else ends them.
 */
async function lookedAt(store: ObservableStore, connections = 1): Promise<void> {
  await eventually(() => store.status?.().entries['jti'] === connections, 'the connections were looked at')
}

/** Creates a store that emits what others record in the same memory. */
async function openLayered(remote = memoryStore()): Promise<ObservableStore> {
  const store = layeredStore(remote)
  onTestFinished(store.close)
  await eventually(() => store.status().state === 'live', 'the store is live')
  return store
}

/** Starts two servers over one memory, and opens a stream on the second one. */
async function openServers(): Promise<{ a: string; openOnB: (who: Device) => Promise<EventStream> }> {
  const remote = memoryStore()
  const urls: string[] = []
  for (let count = 0; count < 2; count += 1) {
    const server = await startServer({
      store: await openLayered(remote),
      secret: Buffer.alloc(32, 1),
      recheckMs: never,
    })
    onTestFinished(server.close)
    urls.push(server.url)
  }
  const [a = '', b = ''] = urls
  return {
    a,
    openOnB: async (who) => {
      await send(a, login(who, 'analytical-engine'))
      const stream = await openEventStream(b, who)
      onTestFinished(stream.close)
      return stream
    },
  }
}

test('ends the streams of a session that is logged out on another server, and no other ones', async () => {
  const { a, openOnB } = await openServers()
  const [laptop, phone] = [
    { user: 'ada', name: 'laptop' },
    { user: 'ada', name: 'phone' },
  ]
  const streams = { laptop: await openOnB(laptop), phone: await openOnB(phone) }
  await send(a, { who: phone, request: 'POST /logout' })
  const first = await Promise.race([
    streams.phone.ended.then(({ why }) => `phone ${why}`),
    streams.laptop.ended.then(({ why }) => `laptop ${why}`),
  ])
  expect(first).toBe('phone revoked')

  // Only the session that changes the password stays logged in.
  const tablet = { user: 'ada', name: 'tablet' }
  const onTablet = await openOnB(tablet)
  await send(a, { who: tablet, request: 'POST /password', body: { newPassword: 'difference-engine' } })
  const second = await Promise.race([
    streams.laptop.ended.then(({ why }) => `laptop ${why}`),
    onTablet.ended.then(({ why }) => `tablet ${why}`),
  ])
  expect(second).toBe('laptop revoked')
})

test('refuses a stream without a token', async () => {
  const { a } = await openServers()
  await expect(openEventStream(a, { user: '-', name: '-' })).rejects.toThrow('400')
})

test.each([
  ['its token', { token: claims }],
  ['its session', { session: 'laptop' }],
  ['its subject', { subject: 'ada' }],
  ['everything', { everything: true }],
] as const)('ends a connection when somebody else revokes %s', async (_, target) => {
  const remote = memoryStore()
  const store = await openLayered(remote)
  const { live } = open(store)
  const ended: string[] = []
  live.add(claims, (why) => ended.push(`ada ${why}`))
  live.add({ ...claims, sub: 'ben', sid: 'b', jti: 'b1', iat: nowInSeconds() + 20 }, (why) => ended.push(`ben ${why}`))
  await lookedAt(store, 2)
  await createRevocation({ store: remote, maxTokenLifetime: '12h' }).revoke(target)
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['ada revoked'])
})

test('ends a connection whose token was revoked before it was added', async () => {
  const { live, revocation } = open(await openLayered())
  await revocation.revoke({ session: 'laptop' })
  const ended: string[] = []
  live.add(claims, (why) => ended.push(why))
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['revoked'])
})

test('does not end a connection that was removed', async () => {
  const store = await openLayered()
  const { live, revocation } = open(store)
  const ended: string[] = []
  const leave = live.add(claims, () => ended.push('gone'))
  leave()
  live.add(claims, () => ended.push('here'))
  await lookedAt(store)
  await revocation.revoke({ session: 'laptop' })
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['here'])
})

test('ends a connection whose token expires, and rechecks if the store has no events', async () => {
  const { live, revocation } = open(memoryStore(), 20)
  const ended: string[] = []
  live.add({ ...claims, sid: 'old', exp: nowInSeconds() + 1 }, (why) => ended.push(why))
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['expired'])
  live.add(claims, (why) => ended.push(why))
  await revocation.revoke({ session: 'laptop' })
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['expired', 'revoked'])
})

test('ends connections if the store is unavailable', async () => {
  const { record, forget, agree } = memoryStore()
  let isDown = false
  const find = async () => (isDown ? Promise.reject(new Error('down')) : [])
  const { live } = open({ record, forget, find, agree }, 20)
  const ended: string[] = []
  live.add(claims, (why) => ended.push(why))
  isDown = true
  await expect.poll(() => ended, { timeout: 5_000 }).toEqual(['unavailable'])
})

/** Creates two stores over one Redis. The subscription of the first one can be interrupted. */
async function openOverRedis(): Promise<
  Record<'here' | 'elsewhere', ObservableStore> & Pick<RedisOutage, 'subscriptions'>
> {
  const own = await startRedis()
  onTestFinished(own.stop)
  const outage = await redisOutage({ url: own.url, prefix: 'a', description: '', own, close: own.stop })
  onTestFinished(outage.close)
  const kind = storeCalled('layered')
  if (!('locate' in kind)) throw new TypeError('The layered store is shared.')
  const here = await kind.open({ ...outage.address, prefix: 'a' }, () => {})
  const elsewhere = await kind.open({ url: own.url, prefix: 'a' }, () => {})
  await eventually(() => here.status?.().state === 'live', 'the store is live')
  return { here, elsewhere, subscriptions: outage.subscriptions }
}

test('checks every connection again when revocations may have been missed', { timeout: 20_000 }, async () => {
  const { here, elsewhere, subscriptions } = await openOverRedis()
  const { live } = open(here)
  const ended: string[] = []
  live.add(claims, (why) => ended.push(why))
  await lookedAt(here)
  await subscriptions.become('cut')
  await eventually(() => here.status?.().isSubscribed === false, 'the subscription is lost')
  await createRevocation({ store: elsewhere, maxTokenLifetime: '12h' }).revoke({ session: 'laptop' })
  await subscriptions.become('up')
  await expect.poll(() => ended, { timeout: 10_000 }).toEqual(['revoked'])
})

test('ends a connection although the subscription is frozen', { timeout: 20_000 }, async () => {
  const { here, elsewhere, subscriptions } = await openOverRedis()
  const { live } = open(here, 50)
  const ended: string[] = []
  live.add(claims, (why) => ended.push(why))
  await lookedAt(here)
  await subscriptions.become('frozen')
  await createRevocation({ store: elsewhere, maxTokenLifetime: '12h' }).revoke({ session: 'laptop' })
  await expect.poll(() => ended, { timeout: 10_000 }).toEqual(['revoked'])
  // The change log is read on another connection.
  expect(here.status?.().state).toBe('live')
})
