import { setTimeout as sleep } from 'node:timers/promises'
import { type Device, send } from './client.ts'
import { me, serverStatus } from './requests.ts'
import type { CacheStatus } from './store.ts'
import type { CacheStage } from './story.ts'

/** The result of several requests to one server. */
interface Asked {
  readonly passed: number
  readonly ms: number
  /**
   * The number of keys that the server looked up in the database. `undefined` if it has no cache.
   */
  readonly remoteKeys: number | undefined
}

/** Returns the status of a server's cache. It is empty if the server has none. */
export async function statusOf({ urls, admin }: CacheStage, server: number): Promise<Partial<CacheStatus>> {
  const { body } = await send(urls[server] ?? '', serverStatus(admin))
  return body.cache ?? {}
}

/** Sends requests of one device to server B, one after the other. */
export async function askRepeatedly(
  stage: CacheStage,
  { who, requests }: { readonly who: Device; readonly requests: number },
): Promise<Asked> {
  const { urls } = stage
  const before = await statusOf(stage, 1)
  const start = performance.now()
  let passed = 0
  for (let sent = 0; sent < requests; sent++) {
    const { status } = await send(urls[1] ?? '', me(who))
    if (status === 200) passed += 1
  }
  const ms = performance.now() - start
  const { remoteKeys } = await statusOf(stage, 1)
  return { passed, ms, remoteKeys: remoteKeys === undefined ? undefined : remoteKeys - (before.remoteKeys ?? 0) }
}

/**
 * Waits until every server answers in memory and receives pushes. Resolves with `false` if that
 * takes too long.
 */
export async function allLive({ peek, admin }: CacheStage): Promise<boolean> {
  const giveUpAt = Date.now() + 8_000
  while (Date.now() < giveUpAt) {
    const answers = await peek(serverStatus(admin))
    if (answers.every(({ body }) => body.cache?.state === 'live' && body.cache.isSubscribed)) return true
    // These servers have no cache, so waiting does not help.
    if (answers.every(({ status, body }) => status === 200 && body.cache === undefined)) return false
    await sleep(10)
  }
  return false
}
