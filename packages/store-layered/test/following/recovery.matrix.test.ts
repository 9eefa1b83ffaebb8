import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { bothStores } from '../support/both-stores.ts'
import {
  countRevoked,
  isReady,
  openLive,
  type ProxiedRemote,
  revokeAll,
  startProxied,
  tokenKeys,
} from '../support/proxied-remote.ts'

const hot = tokenKeys('hot', 20_000)
/** Hot tokens that are revoked during the fault. */
const caught = hot.slice(0, 100)
/** So long that only the log matters, however slow the machine is. */
const options = { maxStaleness: '10s', timeout: '10s' } as const
const timeout = 60_000

/** Cuts the subscription for a while, in which another instance revokes tokens. */
async function cutPushes({ pushes, elsewhere }: ProxiedRemote): Promise<void> {
  await pushes.refuse(true)
  pushes.cut()
  await revokeAll(elsewhere, tokenKeys('cold', 400))
  await revokeAll(elsewhere, caught)
  await sleep(500)
  await pushes.refuse(false)
}

/** Makes the log begin again, and waits until the store has noticed. */
async function resetLog({ server, tag, elsewhere }: ProxiedRemote, resets: () => number): Promise<void> {
  const before = resets()
  await server.command('DEL', `${tag}:feed`)
  await revokeAll(elsewhere, tokenKeys('new', 1))
  await eventually(() => resets() > before, 'the store learns everything anew', 10_000)
}

describe.each(bothStores)('%s, with 20,000 hot tokens', (name, create) => {
  test('asks the remote for nothing after a cut subscription', { timeout }, async ({ onTestFinished }) => {
    const proxied = await startProxied(onTestFinished)
    const store = await openLive(onTestFinished, () => create(proxied.remote, options))
    await countRevoked(store, hot)
    proxied.lookUps.keys = 0
    const { resets } = store.status()
    const checking = eventually(
      async () => (await countRevoked(store, hot)) === caught.length,
      'all is refused',
      10_000,
    )
    await Promise.all([cutPushes(proxied), checking])
    await eventually(() => isReady(store), 'the store is subscribed again', 10_000)
    expect(await countRevoked(store, hot)).toBe(caught.length)
    expect(proxied.lookUps.keys).toBe(0)
    expect(store.status().resets).toBe(resets)
  })

  test('has at most 16 look-ups under way after a reset', { timeout }, async ({ onTestFinished }) => {
    const proxied = await startProxied(onTestFinished)
    const { lookUps } = proxied
    const store = await openLive(onTestFinished, () => create(proxied.remote, options))
    await countRevoked(store, hot)
    // The checks begin while a mirror scans again, which takes longer than the next turn.
    await revokeAll(proxied.elsewhere, tokenKeys('cold', 5_000))
    await resetLog(proxied, () => store.status().resets)
    lookUps.keys = 0
    lookUps.most = 0
    await Promise.all([...hot, ...hot, ...hot].map((key) => store.find([key])))
    expect(lookUps.most).toBeGreaterThan(1)
    expect(lookUps.most).toBeLessThanOrEqual(16)
    if (name === 'layeredStore') expect(lookUps.keys, 'each token is asked for once').toBe(hot.length)
  })
})

describe('what is measured', () => {
  test('detects a log that does not reach back', { timeout }, async ({ onTestFinished }) => {
    const [, create] = bothStores[0] as (typeof bothStores)[number]
    const proxied = await startProxied(onTestFinished)
    const store = await openLive(onTestFinished, () => create(proxied.remote, options))
    await countRevoked(store, hot)
    proxied.lookUps.keys = 0
    await resetLog(proxied, () => store.status().resets)
    await countRevoked(store, hot)
    expect(proxied.lookUps.keys).toBe(hot.length)
  })

  test('detects look-ups that are not paced', { timeout }, async ({ onTestFinished }) => {
    const { remote, lookUps } = await startProxied(onTestFinished)
    await Promise.all(hot.slice(0, 1_000).map((key) => remote.find([key])))
    expect(lookUps.most).toBeGreaterThan(16)
  })
})
