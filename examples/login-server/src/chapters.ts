import { setTimeout as sleep } from 'node:timers/promises'
import { endWithin, openEventStream } from './event-stream.ts'
import { pageChapter } from './page-chapter.ts'
import { login, me, refresh, serverStatus } from './requests.ts'
import type { OutageStage, Stage } from './story.ts'

/** A part of the story: a title, and the requests that are sent. */
export interface Chapter<On extends Stage = Stage> {
  readonly title: string
  readonly run: (stage: On) => Promise<void>
}

export const chapters: readonly Chapter[] = [
  { title: 'Two people log in on three devices', run: everybodyLogsIn },
  { title: 'Log out one device: its token is refused, and its open connection ends', run: oneDeviceLogsOut },
  { title: 'Change the password: all other devices are logged out', run: thePasswordChanges },
  { title: 'A refresh token is stolen', run: aRefreshTokenIsStolen },
  pageChapter,
  { title: 'Ban a user, and lift the ban', run: anAdminBans },
  { title: 'A download link works once, and its mark is deleted', run: aLinkIsUsedUp },
]

/** The chapter that ends an outage. */
export const storeIsBack: Chapter<OutageStage> = { title: 'The store is back', run: theStoreComesBack }

/** Chapters for a store that can be taken down. */
export const outageChapters: readonly Chapter<OutageStage>[] = [
  {
    title: 'The revocation store is down: no token passes unchecked, and no user is logged out',
    run: theStoreGoesDown,
  },
  storeIsBack,
]

async function everybodyLogsIn({ ask, laptop, phone, tablet, anybody }: Stage): Promise<void> {
  await ask({ who: anybody, request: 'GET /me', status: 401, shows: 'no token' })
  await ask({ ...login(laptop, 'analytical-engine'), status: 200, shows: 'a token pair with a random session id' })
  await ask({ ...login(phone, 'analytical-engine'), status: 200, shows: 'the same person, another session' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 200, shows: 'another person' })
  await ask({ ...me(laptop), status: 200, answer: { user: 'ada', device: 'laptop' }, shows: 'accepted' })
  await ask({ ...me(phone), status: 200, answer: { user: 'ada', device: 'phone' }, shows: 'accepted' })
  await ask({ ...me(tablet), status: 200, answer: { user: 'ben', device: 'tablet' }, shows: 'accepted' })
}

async function oneDeviceLogsOut({ ask, note, observe, urls, laptop, phone, tablet }: Stage): Promise<void> {
  const stream = await openEventStream(urls.at(-1) ?? '', phone)
  note(`the phone opens a stream of events${urls.length > 1 ? ' on B' : ''}, and keeps it open`)
  await ask({ who: phone, request: 'POST /logout', status: 200, shows: 'ends this session only' })
  await ask({ ...me(phone), status: 401, shows: 'the token has not expired, and is refused' })
  const { why } = await endWithin(stream, 3_000)
  observe(`its stream of events: ${why}`, why === 'ERR_TOKEN_REVOKED')
  await ask({ ...me(laptop), status: 200, shows: 'the other device stays logged in' })
  await ask({ ...me(tablet), status: 200, shows: 'and so do all other users' })
}

async function thePasswordChanges({ ask, laptop, phone, tablet }: Stage): Promise<void> {
  await ask({ ...login(phone, 'analytical-engine'), status: 200, shows: 'logged in again' })
  await earlyInASecond()
  const change = { who: laptop, request: 'POST /password', body: { newPassword: 'difference-engine' } }
  await ask({ ...change, status: 200, shows: 'revokes ada, except for this session' })
  await ask({ ...me(phone), status: 401, shows: 'refused at once' })
  await ask({ ...me(laptop), status: 200, shows: 'this session stays logged in' })
  await ask({ ...login(phone, 'analytical-engine'), status: 401, shows: 'the old password is refused' })
  await ask({ ...login(phone, 'difference-engine'), status: 200, shows: 'the new one works within the same second' })
  await ask({ ...me(phone), status: 200, shows: 'and its token is accepted at once' })
  await ask({ ...me(tablet), status: 200, shows: 'nothing has changed for ben' })
}

async function aRefreshTokenIsStolen({ ask, note, laptop, phone, thief }: Stage): Promise<void> {
  await ask({ ...refresh(laptop), status: 200, shows: 'a new pair in the same session' })
  Object.assign(thief, laptop, { name: 'thief' })
  note('somebody copies both tokens of the laptop')
  await ask({ ...me(thief), status: 200, shows: 'the copied access token is accepted' })
  await ask({ ...refresh(laptop), status: 200, shows: 'the laptop refreshes first, and gets the next pair' })
  await ask({ ...refresh(thief), status: 401, shows: 'the second use of a refresh token reveals the theft' })
  await ask({ ...me(thief), status: 401, shows: 'the session ends: the copied token is refused' })
  await ask({ ...me(laptop), status: 401, shows: 'for both, because the server cannot tell them apart' })
  await ask({ ...me(phone), status: 200, shows: 'the other device stays logged in' })
  await ask({
    ...login(laptop, 'difference-engine'),
    status: 200,
    shows: 'the user logs in again, which needs the password',
  })
}

async function anAdminBans({ ask, tablet, admin, laptop }: Stage): Promise<void> {
  const ban = { request: 'POST /admin/ban', body: { user: 'ben' } }
  await ask({ ...ban, who: laptop, status: 403, shows: 'ada is no admin' })
  await ask({ ...login(admin, 'keys-to-the-house'), status: 200, shows: 'root is' })
  await ask({ ...ban, who: admin, status: 200, shows: 'revokes all tokens of ben' })
  await ask({ ...me(tablet), status: 401, shows: 'refused at once' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 403, shows: 'and cannot log in again' })
  await ask({ ...ban, who: admin, request: 'POST /admin/unban', status: 200, shows: 'ben may log in again' })
  await ask({ ...me(tablet), status: 401, shows: 'but the old token stays revoked' })
}

async function aLinkIsUsedUp(stage: Stage): Promise<void> {
  const { ask, note, laptop, anybody, admin } = stage
  await earlyInASecond()
  const { body } = await ask({
    who: laptop,
    request: 'POST /links',
    status: 200,
    shows: 'a link that is valid for 2 seconds',
  })
  const download = { who: anybody, request: `GET ${body.link}` }
  const before = await countMarks(stage)
  await ask({ ...download, status: 200, shows: 'the first use revokes it' })
  await ask({ ...download, status: 401, shows: 'the second is refused' })
  if (before === null) return note('the marks are counted only over the memory store, in one process')
  await ask({
    ...serverStatus(admin),
    status: 200,
    answer: { marks: before + 1 },
    shows: 'one mark more, for the used link',
  })
  note('the link expires, and its mark with it')
  const giveUpAt = Date.now() + 10_000
  while ((await countMarks(stage)) !== before && Date.now() < giveUpAt) await sleep(25)
  await ask({ ...serverStatus(admin), status: 200, answer: { marks: before }, shows: 'the mark was deleted' })
}

async function theStoreGoesDown({ ask, note, outage, laptop, phone, tablet }: OutageStage): Promise<void> {
  note(withDetail('the store stops answering', outage.how?.silent))
  await outage.become('silent')
  await ask({ ...me(laptop), status: 503, shows: 'at the deadline: retry later, without a new login' })
  note(withDetail('the store refuses every connection', outage.how?.failing))
  await outage.become('failing')
  await ask({ ...me(laptop), status: 503, shows: 'refused: nobody passes unchecked' })
  await ask({ ...me(tablet), status: 503, shows: 'the same answer for a revoked token' })
  await ask({ who: phone, request: 'POST /logout', status: 503, shows: 'not 200, because the logout was not recorded' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 503, shows: 'no token that could not be revoked' })
}

async function theStoreComesBack(stage: OutageStage): Promise<void> {
  const { ask, note, outage, laptop, phone, tablet } = stage
  if (outage.how !== undefined) note(outage.how.up)
  await outage.become('up')
  await reconnected(stage)
  await ask({ ...me(laptop), status: 200, shows: 'the same token works again' })
  await ask({ ...me(phone), status: 200, shows: 'this one too: its logout was answered with 503' })
  await ask({ ...me(tablet), status: 401, shows: 'what was revoked is still revoked' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 200, shows: 'ben logs in' })
  await ask({ ...me(tablet), status: 200, shows: 'accepted' })
}

/** Returns how many marks the memory store holds, or `null` over another store. */
async function countMarks({ peek, admin }: Stage): Promise<number | null> {
  const [answer] = await peek(serverStatus(admin))
  return typeof answer?.body.marks === 'number' ? answer.body.marks : null
}

/** Waits until every server reaches the store again, for at most ten seconds. */
async function reconnected({ peek, laptop }: Stage): Promise<void> {
  const giveUpAt = Date.now() + 10_000
  while (Date.now() < giveUpAt) {
    const answers = await peek(me(laptop))
    if (answers.every(({ status }) => status !== 503)) return
    await sleep(25)
  }
}

/** Appends how an outage is caused, if that is known. */
export function withDetail(text: string, detail?: string): string {
  return detail === undefined ? text : `${text}: ${detail}`
}

/**
 * Waits for the first half of a second. `iat` and `exp` count whole seconds, and the requests that
 * follow must fall into one second, or have most of it left.
 */
async function earlyInASecond(): Promise<void> {
  const ms = Date.now() % 1_000
  if (ms > 500) await sleep(1_000 - ms)
}
