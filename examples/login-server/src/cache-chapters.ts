import { setTimeout as sleep } from 'node:timers/promises'
import { type Chapter, storeIsBack, withDetail } from './chapters.ts'
import { send } from './client.ts'
import { openEventStream } from './event-stream.ts'
import type { Outage } from './outage.ts'
import { login, me, serverStatus } from './requests.ts'
import { inMs, keepsBound, measureStaleness } from './staleness.ts'
import type { CacheStage, SubscriptionStage } from './story.ts'

type CachedOutageStage = CacheStage & { readonly outage: Outage }

/** Chapters for servers that answer from caches. */
export const cacheChapters: readonly Chapter<CacheStage>[] = [
  { title: 'Nearly every check is answered in memory', run: theCacheAnswers },
  { title: 'Logged out on A: B refuses the token and ends its open connection', run: theOtherServerIsNotified },
]

/** Chapters for servers whose subscriptions can be interrupted. */
export const subscriptionChapters: readonly Chapter<SubscriptionStage>[] = [
  { title: 'The subscriptions are cut: B notices, and asks Redis', run: theSubscriptionsAreCut },
  { title: 'The subscriptions freeze: B does not notice, and still keeps the bound', run: theSubscriptionsFreeze },
]

/** Chapters for servers with caches whose store can be taken down. */
export const cachedOutageChapters: readonly Chapter<CachedOutageStage>[] = [
  { title: 'The revocation store is down: no token passes unchecked, and marks stay cached', run: theStoreGoesDown },
  storeIsBack,
]

const [a, b] = [0, 1]
const requests = 200

async function theCacheAnswers({ urls, observe, peek, laptop, admin }: CacheStage): Promise<void> {
  const start = performance.now()
  let passed = 0
  for (let sent = 0; sent < requests; sent++) {
    const { status } = await send(urls[b] ?? '', me(laptop))
    if (status === 200) passed += 1
  }
  const ms = performance.now() - start
  const share = (await peek(serverStatus(admin)))[b]?.body.cache?.localShare ?? 0
  const done = `${passed} of ${requests} requests passed on B within ${inMs(ms)}`
  // The share is smaller on a machine so slow that confirmations arrive late, and 0 without a
  // cache.
  observe(`${done}; of all keys it looked up so far, ${percent(share)} in memory`, passed === requests && share > 0.5)
}

async function theOtherServerIsNotified(stage: CacheStage): Promise<void> {
  const { urls, observe, phone, ask, maxStalenessMs } = stage
  await logIn(stage)
  const stream = await openEventStream(urls[b] ?? '', phone)
  await ask({ who: phone, request: 'POST /logout', on: a, status: 200, shows: 'while B has an open stream of events' })
  const answeredAt = performance.now()
  await reportStaleness(stage)
  const { why, at } = await Promise.race([stream.ended, sleep(maxStalenessMs, { why: 'still open', at: Infinity })])
  stream.close()
  const endedMs = at - answeredAt
  const when = endedMs < 0 ? 'even before that answer' : `${inMs(endedMs)} after that answer`
  observe(why === 'revoked' ? `B ended the stream ${when}` : `the stream on B: ${why}`, why === 'revoked')
}

async function theSubscriptionsAreCut(stage: SubscriptionStage): Promise<void> {
  const { subscriptions, note } = stage
  await logIn(stage)
  note('the proxy for subscriptions cuts and refuses connections; commands go through another proxy')
  await subscriptions.become('cut')
  await logOutUnnoticed(stage)
  await reconnectSubscriptions(stage)
}

async function theSubscriptionsFreeze(stage: SubscriptionStage): Promise<void> {
  const { subscriptions, note } = stage
  await logIn(stage)
  note('the proxy for subscriptions drops every byte and keeps the connections open; commands go through')
  await subscriptions.become('frozen')
  await logOutUnnoticed(stage)
  await reconnectSubscriptions(stage)
}

async function theStoreGoesDown(stage: CachedOutageStage): Promise<void> {
  const { ask, note, outage, laptop, phone, tablet } = stage
  await logIn(stage)
  note(withDetail('the store stops answering', outage.how?.silent))
  await outage.become('silent')
  await reportStaleness(stage, 'the last answer of the store')
  note(withDetail('the store refuses every connection', outage.how?.failing))
  await outage.become('failing')
  await ask({ ...me(laptop), status: 503, shows: 'refused at once' })
  await ask({ ...me(tablet), status: 401, shows: 'a revoked token stays refused: its mark is cached' })
  await ask({ who: phone, request: 'POST /logout', status: 503, shows: 'not 200, because the logout was not recorded' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 503, shows: 'no token that could not be revoked' })
}

/** Logs in again on A, and sends a request to B, which caches that the token has no mark. */
async function logIn(stage: CacheStage): Promise<void> {
  const { ask, phone } = stage
  await allLive(stage)
  await ask({ ...login(phone, 'difference-engine'), on: a, status: 200, shows: 'logged in again' })
  await ask({ ...me(phone), on: b, status: 200, shows: 'accepted: B looks up the token, and caches the result' })
}

async function logOutUnnoticed(stage: CacheStage): Promise<void> {
  const { ask, phone } = stage
  await ask({ who: phone, request: 'POST /logout', on: a, status: 200, shows: 'and B is not notified' })
  await reportStaleness(stage)
}

/** Reports how long B goes on accepting the phone. Call it as soon as the logout was answered. */
async function reportStaleness(stage: CacheStage, since = "the logout's answer"): Promise<void> {
  const { urls, observe, phone, maxStalenessMs } = stage
  const staleness = await measureStaleness(urls[b] ?? '', phone, maxStalenessMs)
  const { status, lastPassMs, refusedMs } = staleness
  const passed = lastPassMs < 0 ? 'no request' : `requests for ${inMs(lastPassMs)} of ${inMs(maxStalenessMs)} allowed`
  const what = `B accepted ${passed}, and answers ${status} ${inMs(refusedMs)} after ${since}`
  observe(what, keepsBound(staleness, maxStalenessMs))
}

async function reconnectSubscriptions(stage: SubscriptionStage): Promise<void> {
  const start = performance.now()
  await stage.subscriptions.become('up')
  const isLive = await allLive(stage)
  stage.observe(`both are subscribed again, and answer in memory ${inMs(performance.now() - start)} later`, isLive)
}

/** Waits until every server answers in memory. Resolves with `false` if that takes too long. */
async function allLive(stage: CacheStage): Promise<boolean> {
  const giveUpAt = Date.now() + 8_000
  while (Date.now() < giveUpAt) {
    const answers = await stage.peek(serverStatus(stage.admin))
    if (answers.every(({ body }) => body.cache?.state === 'live')) return true
    // These servers have no cache, so waiting does not help.
    if (answers.every(({ status, body }) => status === 200 && body.cache === undefined)) return false
    await sleep(10)
  }
  return false
}

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`
}
