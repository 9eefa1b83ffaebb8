import { setTimeout as sleep } from 'node:timers/promises'
import { type Chapter, storeIsBack, withDetail } from './chapters.ts'
import { send } from './client.ts'
import { openEventStream } from './event-stream.ts'
import type { Outage } from './outage.ts'
import { login, me, serverStatus } from './requests.ts'
import { inMs, keepsBound, measureStaleness } from './staleness.ts'
import type { CacheStage, SubscriptionStage } from './story.ts'

type CachedOutageStage = CacheStage & { readonly outage: Outage }

/** For servers that answer from caches. */
export const cacheChapters: readonly Chapter<CacheStage>[] = [
  { title: 'Nearly every check is answered in memory', tell: theCacheAnswers },
  { title: 'Logged out on A: refused by B, and its open connection is ended', tell: theOtherServerHears },
]

/** For subscriptions that can be taken away from these servers. */
export const subscriptionChapters: readonly Chapter<SubscriptionStage>[] = [
  { title: 'The subscriptions are cut: B knows that it hears nothing, and asks Redis', tell: theSubscriptionsAreCut },
  { title: 'The subscriptions freeze: B does not know, and still keeps the bound', tell: theSubscriptionsFreeze },
]

/** For a store that can be taken down, behind these servers. */
export const cachedOutageChapters: readonly Chapter<CachedOutageStage>[] = [
  { title: 'The revocation store is down: nobody passes unchecked, and marks are remembered', tell: theStoreGoesDown },
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
  // Fewer on a machine so slow that confirmations come late; none without a cache.
  observe(`${done}; of all keys it looked up so far, ${percent(share)} in memory`, passed === requests && share > 0.5)
}

async function theOtherServerHears(stage: CacheStage): Promise<void> {
  const { urls, observe, phone, ask, maxStalenessMs } = stage
  await logIn(stage)
  const stream = await openEventStream(urls[b] ?? '', phone)
  await ask({ who: phone, request: 'POST /logout', on: a, status: 200, shows: 'while a stream of events is open on B' })
  const answeredAt = performance.now()
  await tellStaleness(stage)
  const { why, at } = await Promise.race([stream.ended, sleep(maxStalenessMs, { why: 'still open', at: Infinity })])
  stream.close()
  const endedMs = at - answeredAt
  const when = endedMs < 0 ? 'even before that answer' : `${inMs(endedMs)} after that answer`
  observe(why === 'revoked' ? `B ended the stream ${when}` : `the stream on B: ${why}`, why === 'revoked')
}

async function theSubscriptionsAreCut(stage: SubscriptionStage): Promise<void> {
  const { subscriptions, note } = stage
  await logIn(stage)
  note('the proxy between subscribers and Redis cuts and refuses connections; commands go through another one')
  await subscriptions.become('cut')
  await logOutUnheard(stage)
  await hearAgain(stage)
}

async function theSubscriptionsFreeze(stage: SubscriptionStage): Promise<void> {
  const { subscriptions, note } = stage
  await logIn(stage)
  note('that proxy swallows every byte, both ways, and leaves the connections open; commands go through')
  await subscriptions.become('frozen')
  await logOutUnheard(stage)
  await hearAgain(stage)
}

async function theStoreGoesDown(stage: CachedOutageStage): Promise<void> {
  const { ask, note, outage, laptop, phone, tablet } = stage
  await logIn(stage)
  note(withDetail('it does not answer any more', outage.how?.silent))
  await outage.become('silent')
  await tellStaleness(stage, 'the last word of the store')
  note(withDetail('it refuses every connection', outage.how?.failing))
  await outage.become('failing')
  await ask({ ...me(laptop), status: 503, shows: 'refused at once' })
  await ask({ ...me(tablet), status: 401, shows: 'what is known to be revoked is remembered' })
  await ask({ who: phone, request: 'POST /logout', status: 503, shows: 'never "you are logged out" when she is not' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 503, shows: 'no token that nobody could take back' })
}

/** Logs in anew on A. B knows the token by then, and that there is no mark for it. */
async function logIn(stage: CacheStage): Promise<void> {
  const { ask, phone } = stage
  await allLive(stage)
  await ask({ ...login(phone, 'difference-engine'), on: a, status: 200, shows: 'logged in anew' })
  await ask({ ...me(phone), on: b, status: 200, shows: 'in, as B has looked up, and knows from now on' })
}

async function logOutUnheard(stage: CacheStage): Promise<void> {
  const { ask, phone } = stage
  await ask({ who: phone, request: 'POST /logout', on: a, status: 200, shows: 'and B does not hear of it' })
  await tellStaleness(stage)
}

/** How long B went on letting the phone pass. To be called as soon as the logout is answered. */
async function tellStaleness(stage: CacheStage, since = "the logout's answer"): Promise<void> {
  const { urls, observe, phone, maxStalenessMs } = stage
  const staleness = await measureStaleness(urls[b] ?? '', phone, maxStalenessMs)
  const { status, lastPassMs, refusedMs } = staleness
  const passed = lastPassMs < 0 ? 'nothing' : `it for ${inMs(lastPassMs)}, of ${inMs(maxStalenessMs)} that are allowed`
  const what = `B let pass ${passed}, and answers ${status} ${inMs(refusedMs)} after ${since}`
  observe(what, keepsBound(staleness, maxStalenessMs))
}

async function hearAgain(stage: SubscriptionStage): Promise<void> {
  const start = performance.now()
  await stage.subscriptions.become('up')
  const isLive = await allLive(stage)
  stage.observe(`both hear again, and answer in memory ${inMs(performance.now() - start)} later`, isLive)
}

/** Until every server answers in memory, or has had its time. */
async function allLive(stage: CacheStage): Promise<boolean> {
  const giveUpAt = Date.now() + 8_000
  while (Date.now() < giveUpAt) {
    const answers = await stage.peek(serverStatus(stage.admin))
    if (answers.every(({ body }) => body.cache?.state === 'live')) return true
    // Those have no cache, and will never have one.
    if (answers.every(({ status, body }) => status === 200 && body.cache === undefined)) return false
    await sleep(10)
  }
  return false
}

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`
}
