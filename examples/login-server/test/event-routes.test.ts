import { createRevocation } from '@revoked/core'
import { layeredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { eventually, startRedis } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type Device, send } from '../src/client.ts'
import { type EventStream, openEventStream } from '../src/event-stream.ts'
import { login } from '../src/requests.ts'
import { startServer } from '../src/server.ts'
import { type ServerOutage, serverOutage } from '../src/server-outage.ts'
import { type ObservableStore, storeCalled } from '../src/store.ts'
import { openServer, passwordCost } from './open-server.ts'

const secret = Buffer.alloc(32, 1)

async function serve(store: ObservableStore, sessionStore = memorySessions()): Promise<string> {
  const server = await startServer({ store, sessionStore, secret, passwordCost })
  onTestFinished(server.close)
  return server.url
}

/** Logs in on one server, and opens a stream on another one. */
async function openStream(at: { loggedInOn: string; url: string }, who: Device): Promise<EventStream> {
  // On a busy machine, a store may answer too late, and the server answers 503.
  const logIn = async () => (await send(at.loggedInOn, login(who, 'analytical-engine'))).status === 200
  await eventually(logIn, 'the user is logged in')
  const open = async () => {
    const stream = await openEventStream(at.url, who)
    return stream.status === 200 && stream
  }
  const stream = await eventually(open, 'the stream is open')
  onTestFinished(stream.close)
  return stream
}

/** Opens caches in front of one memory, as two processes have them. */
async function openCaches(): Promise<[ObservableStore, ObservableStore]> {
  const remote = memoryStore()
  const open = async (): Promise<ObservableStore> => {
    const store = layeredStore(remote, { timeout: '300ms' })
    onTestFinished(store.close)
    await eventually(() => store.status().state === 'live', 'the store is live')
    return store
  }
  return [await open(), await open()]
}

/** Returns which of the streams ends first, and why. */
async function firstToEnd(streams: Readonly<Record<string, EventStream>>): Promise<string> {
  return await Promise.race(
    Object.entries(streams).map(([name, { ended }]) => ended.then(({ why }) => `${name} ${why}`)),
  )
}

test('ends the streams of a session that is logged out on another server, and no other ones', async () => {
  const list = memorySessions()
  const servers = (await openCaches()).map((store) => serve(store, list))
  const [loggedInOn, url] = (await Promise.all(servers)) as [string, string]
  const at = { loggedInOn, url }
  const [laptop, phone, tablet] = ['laptop', 'phone', 'tablet'].map((name): Device => ({ user: 'ada', name })) as [
    Device,
    Device,
    Device,
  ]
  const streams = { laptop: await openStream(at, laptop), phone: await openStream(at, phone) }
  await send(loggedInOn, { who: phone, request: 'POST /logout' })
  expect(await firstToEnd(streams)).toBe('phone ERR_TOKEN_REVOKED')

  // Only the session that changes the password stays logged in.
  const onTablet = await openStream(at, tablet)
  await send(loggedInOn, { who: tablet, request: 'POST /password', body: { newPassword: 'difference-engine' } })
  expect(await firstToEnd({ laptop: streams.laptop, tablet: onTablet })).toBe('laptop ERR_TOKEN_REVOKED')
})

test('refuses a stream without a token', async () => {
  const url = await serve(memoryStore())
  const { ended } = await openEventStream(url, { user: '-', name: '-' })
  expect((await ended).why).toBe('answered 400')
})

test('ends streams if the store is unavailable for longer than the bound', { timeout: 20_000 }, async () => {
  const { outage, url } = await openServer()
  const stream = await openStream({ loggedInOn: url, url }, { user: 'ada', name: 'laptop' })
  await outage.become('failing')
  expect((await stream.ended).why).toBe('ERR_REVOCATION_UNAVAILABLE')
})

/** Creates two stores over one Redis. The subscription of the first one can be interrupted. */
async function openOverRedis(
  storeName: string,
): Promise<Record<'here' | 'elsewhere', ObservableStore> & Pick<ServerOutage, 'subscriptions'>> {
  const own = await startRedis()
  onTestFinished(own.stop)
  const outage = await serverOutage({ kind: 'Redis', url: own.url, prefix: 'a', description: '', own, close: own.stop })
  onTestFinished(outage.close)
  const kind = storeCalled(storeName)
  if (!('locate' in kind)) throw new TypeError('The store is not shared.')
  const here = await kind.open({ ...outage.address, prefix: 'a' }, () => {})
  const elsewhere = await kind.open({ url: own.url, prefix: 'a' }, () => {})
  for (const { close } of [here, elsewhere]) onTestFinished(close)
  return { here: here.store, elsewhere: elsewhere.store, subscriptions: outage.subscriptions }
}

test.each([
  ['redis', 'frozen'],
  ['layered', 'cut'],
  ['layered', 'frozen'],
  ['mirror', 'frozen'],
] as const)(
  'over %s, ends a stream within the bound if the subscription is %s',
  { timeout: 20_000 },
  async (storeName, delivery) => {
    const { here, elsewhere, subscriptions } = await openOverRedis(storeName)
    const url = await serve(here)
    const stream = await openStream({ loggedInOn: url, url }, { user: 'ada', name: 'laptop' })
    await subscriptions.become(delivery)
    await createRevocation({ store: elsewhere, maxTokenLifetime: '12h' }).revoke({ subject: 'ada' })
    const revokedAt = performance.now()
    const { why, at } = await stream.ended
    expect(why).toBe('ERR_TOKEN_REVOKED')
    expect(at - revokedAt).toBeLessThan(2_000)
  },
)
