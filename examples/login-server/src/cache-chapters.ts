import { allLive, askRepeatedly, statusOf } from './cache-status.ts'
import { type Chapter, storeIsBack, withDetail } from './chapters.ts'
import type { Device } from './client.ts'
import { endWithin, openEventStream } from './event-stream.ts'
import type { Outage } from './outage.ts'
import { login, me } from './requests.ts'
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
  { title: 'The subscriptions are cut: B reads the change log instead', run: theSubscriptionsAreCut },
  { title: 'The subscriptions freeze: B does not notice, and reads the change log', run: theSubscriptionsFreeze },
]

/** Chapters for servers with caches whose store can be taken down. */
export const cachedOutageChapters: readonly Chapter<CachedOutageStage>[] = [
  { title: 'The revocation store is down: no token passes unchecked, and marks stay cached', run: theStoreGoesDown },
  storeIsBack,
  { title: 'The caches have kept what they knew', run: theCachesAreWarm },
]

const b = 1

async function theCacheAnswers(stage: CacheStage): Promise<void> {
  const { ask, observe, phone, laptop, isMirror } = stage
  await ask({ ...login(phone, 'difference-engine'), on: 0, status: 200, shows: 'logged in again' })
  await allLive(stage)
  const { passed, remoteKeys } = await askRepeatedly(stage, { who: phone, requests: 1 })
  const why = isMirror ? 'its copy holds the marks of all tokens' : 'it had never seen this token'
  const isRight = passed === 1 && remoteKeys !== undefined && (remoteKeys === 0) === isMirror
  observe(`B answered the first request, and looked up ${keysInStore(remoteKeys)}: ${why}`, isRight)
  await reportWarmth(stage, phone)
  await ask({ ...me(laptop), on: b, status: 200, shows: 'another token, for the chapters that follow' })
}

async function theOtherServerIsNotified(stage: CacheStage): Promise<void> {
  const { urls, observe, phone, ask, maxStalenessMs } = stage
  await logIn(stage)
  const stream = await openEventStream(urls[b] ?? '', phone)
  await ask({ who: phone, request: 'POST /logout', on: 0, status: 200, shows: 'while B has an open stream of events' })
  const answeredAt = performance.now()
  await reportStaleness(stage)
  const { why, at } = await endWithin(stream, maxStalenessMs)
  const endedMs = at - answeredAt
  const when = endedMs < 0 ? 'even before that answer' : `${inMs(endedMs)} after that answer`
  const isRight = why === 'ERR_TOKEN_REVOKED'
  observe(isRight ? `B ended the stream ${when}` : `the stream on B: ${why}`, isRight)
}

async function theSubscriptionsAreCut(stage: SubscriptionStage): Promise<void> {
  await logIn(stage)
  stage.note('the proxy for subscriptions cuts and refuses connections; commands go through another proxy')
  await stage.subscriptions.become('cut')
  await logOutWithoutPush(stage)
}

async function theSubscriptionsFreeze(stage: SubscriptionStage): Promise<void> {
  await logIn(stage)
  stage.note('the proxy for subscriptions drops every byte and keeps the connections open; commands go through')
  await stage.subscriptions.become('frozen')
  await logOutWithoutPush(stage)
}

async function theStoreGoesDown(stage: CachedOutageStage): Promise<void> {
  const { ask, note, outage, laptop, phone, tablet } = stage
  await logIn(stage)
  note(withDetail('the store stops answering', outage.how?.silent))
  await outage.become('silent')
  await reportStaleness(stage, 'the last answer of the store')
  note(withDetail('the store refuses every connection', outage.how?.failing))
  await outage.become('failing')
  await ask({ ...me(laptop), status: 503, shows: 'refused: nobody passes unchecked' })
  await ask({ ...me(tablet), status: 401, shows: 'a revoked token stays refused: its mark is cached' })
  await ask({ who: phone, request: 'POST /logout', status: 503, shows: 'not 200, because the logout was not recorded' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 503, shows: 'no token that could not be revoked' })
}

async function theCachesAreWarm(stage: CacheStage): Promise<void> {
  await allLive(stage)
  await reportWarmth(stage, stage.laptop)
}

/** Logs in again on A, and sends a request to B, which caches that the token has no mark. */
async function logIn(stage: CacheStage): Promise<void> {
  const { ask, phone, isMirror } = stage
  await allLive(stage)
  await ask({ ...login(phone, 'difference-engine'), on: 0, status: 200, shows: 'logged in again' })
  const how = isMirror ? 'in memory' : 'after B has looked it up; the result is cached'
  await ask({ ...me(phone), on: b, status: 200, shows: `accepted, ${how}` })
}

/** Logs out on A, reports when B refuses the token, and lets the servers subscribe again. */
async function logOutWithoutPush(stage: SubscriptionStage): Promise<void> {
  const { ask, laptop, phone, subscriptions, observe } = stage
  await ask({ who: phone, request: 'POST /logout', on: 0, status: 200, shows: 'and this is pushed to no server' })
  await reportStaleness(stage)
  const start = performance.now()
  await subscriptions.become('up')
  const isLive = await allLive(stage)
  observe(`${inMs(performance.now() - start)} after the fault, both servers are subscribed and live`, isLive)
  await reportWarmth(stage, laptop)
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

/** Reports that B has kept its cache, and answers for this device in memory. */
async function reportWarmth(stage: CacheStage, who: Device): Promise<void> {
  const { passed, ms, remoteKeys } = await askRepeatedly(stage, { who, requests: 200 })
  const { resets } = await statusOf(stage, b)
  const what = `B answered 200 requests of the ${who.name} in ${inMs(ms)}, and looked up ${keysInStore(remoteKeys)}`
  // A machine so slow that reads of the log are late by seconds looks up more, and loses nothing.
  const isNearlyLocal = remoteKeys !== undefined && remoteKeys <= 200
  stage.observe(what, passed === 200 && isNearlyLocal && resets === 0)
}

function keysInStore(keys: number | undefined): string {
  return keys === undefined ? 'everything in the database' : `${keys} ${keys === 1 ? 'key' : 'keys'} in the database`
}
