import { setTimeout as sleep } from 'node:timers/promises'
import { login, me, refresh, serverStatus } from './requests.ts'
import type { OutageStage, Stage } from './story.ts'

/** A part of the story. */
export interface Chapter<On extends Stage = Stage> {
  readonly title: string
  readonly tell: (stage: On) => Promise<void>
}

export const chapters: readonly Chapter[] = [
  { title: 'Two people log in on three devices', tell: everybodyLogsIn },
  { title: 'Log out one device', tell: oneDeviceLogsOut },
  { title: 'Change the password: everywhere but here', tell: thePasswordChanges },
  { title: 'A refresh token is stolen', tell: aRefreshTokenIsStolen },
  { title: 'Ban a user, and let him back', tell: anAdminBans },
  { title: 'A download link works once, and its mark is swept', tell: aLinkIsUsedUp },
]

/** The end of every outage. */
export const storeIsBack: Chapter<OutageStage> = { title: 'The store is back', tell: theStoreComesBack }

/** For a store that can be taken down. */
export const outageChapters: readonly Chapter<OutageStage>[] = [
  { title: 'The revocation store is down: nobody passes unchecked, nobody is logged out', tell: theStoreGoesDown },
  storeIsBack,
]

async function everybodyLogsIn({ ask, laptop, phone, tablet, anybody }: Stage): Promise<void> {
  await ask({ who: anybody, request: 'GET /me', status: 401, shows: 'no token: told to bring one' })
  await ask({ ...login(laptop, 'analytical-engine'), status: 200, shows: 'a token, with a session id of its own' })
  await ask({ ...login(phone, 'analytical-engine'), status: 200, shows: 'the same person, another session' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 200, shows: 'another person' })
  await ask({ ...me(laptop), status: 200, answer: { user: 'ada', device: 'laptop' }, shows: 'in' })
  await ask({ ...me(phone), status: 200, answer: { user: 'ada', device: 'phone' }, shows: 'in' })
  await ask({ ...me(tablet), status: 200, answer: { user: 'ben', device: 'tablet' }, shows: 'in' })
}

async function oneDeviceLogsOut({ ask, laptop, phone, tablet }: Stage): Promise<void> {
  await ask({ who: phone, request: 'POST /logout', status: 200, shows: 'this session only' })
  await ask({ ...me(phone), status: 401, shows: 'the token has minutes to live, and is refused' })
  await ask({ ...me(laptop), status: 200, shows: 'her other device is still in' })
  await ask({ ...me(tablet), status: 200, shows: 'and so is everybody else' })
}

async function thePasswordChanges({ ask, laptop, phone, tablet }: Stage): Promise<void> {
  await ask({ ...login(phone, 'analytical-engine'), status: 200, shows: 'logged in anew' })
  await earlyInASecond()
  const change = { who: laptop, request: 'POST /password', body: { newPassword: 'difference-engine' } }
  await ask({ ...change, status: 200, shows: 'revokes ada, except for this session' })
  await ask({ ...me(phone), status: 401, shows: 'out, at once' })
  await ask({ ...me(laptop), status: 200, shows: 'here she stays logged in' })
  await ask({ ...login(phone, 'analytical-engine'), status: 401, shows: 'the old password is worth nothing' })
  await ask({ ...login(phone, 'difference-engine'), status: 200, shows: 'the new one works within the same second' })
  await ask({ ...me(phone), status: 200, shows: 'and its token was not born revoked' })
  await ask({ ...me(tablet), status: 200, shows: 'nothing has changed for ben' })
}

async function aRefreshTokenIsStolen({ ask, note, laptop, phone, thief }: Stage): Promise<void> {
  await ask({ ...refresh(laptop), status: 200, shows: 'a new pair in the same session' })
  Object.assign(thief, laptop, { name: 'thief' })
  note('somebody copies what the laptop has')
  await ask({ ...me(thief), status: 200, shows: 'the copy is as good as the original, so far' })
  await ask({ ...refresh(laptop), status: 200, shows: 'the laptop is first, and goes on with the next pair' })
  await ask({ ...refresh(thief), status: 401, shows: 'a refresh token is good for one use: now it is known' })
  await ask({ ...me(thief), status: 401, shows: 'the session ends: the copied token is worth nothing' })
  await ask({ ...me(laptop), status: 401, shows: 'for both, as nobody can tell who is who' })
  await ask({ ...me(phone), status: 200, shows: 'her other device is still in' })
  await ask({ ...login(laptop, 'difference-engine'), status: 200, shows: 'she logs in anew, and nobody else can' })
}

async function anAdminBans({ ask, tablet, admin, laptop }: Stage): Promise<void> {
  const ban = { request: 'POST /admin/ban', body: { user: 'ben' } }
  await ask({ ...ban, who: laptop, status: 403, shows: 'ada is no admin' })
  await ask({ ...login(admin, 'keys-to-the-house'), status: 200, shows: 'root is' })
  await ask({ ...ban, who: admin, status: 200, shows: 'revokes ben, wherever he is' })
  await ask({ ...me(tablet), status: 401, shows: 'out, at once' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 403, shows: 'and no way back in' })
  await ask({ ...ban, who: admin, request: 'POST /admin/unban', status: 200, shows: 'he may log in again' })
  await ask({ ...me(tablet), status: 401, shows: 'but what was taken back stays taken back' })
}

async function aLinkIsUsedUp(stage: Stage): Promise<void> {
  const { ask, note, laptop, anybody, admin } = stage
  await earlyInASecond()
  const { body } = await ask({
    who: laptop,
    request: 'POST /links',
    status: 200,
    shows: 'a token that lives 2 seconds',
  })
  const download = { who: anybody, request: `GET ${body.link}` }
  const before = await countMarks(stage)
  await ask({ ...download, status: 200, shows: 'the first use revokes it' })
  await ask({ ...download, status: 401, shows: 'the second is refused' })
  if (before === null) return note('this store does not say how many marks it holds')
  await ask({
    ...serverStatus(admin),
    status: 200,
    answer: { marks: before + 1 },
    shows: 'one mark more, for the used link',
  })
  note('the link expires, and its mark with it')
  const giveUpAt = Date.now() + 10_000
  while ((await countMarks(stage)) !== before && Date.now() < giveUpAt) await sleep(25)
  await ask({ ...serverStatus(admin), status: 200, answer: { marks: before }, shows: 'forgotten: nothing piles up' })
}

async function theStoreGoesDown({ ask, note, outage, laptop, phone, tablet }: OutageStage): Promise<void> {
  note(withDetail('it does not answer any more', outage.how?.silent))
  await outage.become('silent')
  await ask({ ...me(laptop), status: 503, shows: 'refused at the deadline: come back later, not log in again' })
  note(withDetail('it refuses every connection', outage.how?.failing))
  await outage.become('failing')
  await ask({ ...me(laptop), status: 503, shows: 'refused at once' })
  await ask({ ...me(tablet), status: 503, shows: 'a revoked token learns nothing either' })
  await ask({ who: phone, request: 'POST /logout', status: 503, shows: 'never "you are logged out" when she is not' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 503, shows: 'no token that nobody could take back' })
}

async function theStoreComesBack(stage: OutageStage): Promise<void> {
  const { ask, note, outage, laptop, phone, tablet } = stage
  if (outage.how !== undefined) note(outage.how.up)
  await outage.become('up')
  await reconnected(stage)
  await ask({ ...me(laptop), status: 200, shows: 'the same token works again' })
  await ask({ ...me(phone), status: 200, shows: 'this one too: that logout did not happen, and did not claim to' })
  await ask({ ...me(tablet), status: 401, shows: 'what was revoked is still revoked' })
  await ask({ ...login(tablet, 'bristol-channel'), status: 200, shows: 'ben is back' })
  await ask({ ...me(tablet), status: 200, shows: 'in' })
}

/** `null` where the store does not know. */
async function countMarks({ peek, admin }: Stage): Promise<number | null> {
  const [answer] = await peek(serverStatus(admin))
  return typeof answer?.body.marks === 'number' ? answer.body.marks : null
}

/** Until every server has found the store again, or has had its time. */
async function reconnected({ peek, laptop }: Stage): Promise<void> {
  const giveUpAt = Date.now() + 10_000
  while (Date.now() < giveUpAt) {
    const answers = await peek(me(laptop))
    if (answers.every(({ status }) => status !== 503)) return
    await sleep(25)
  }
}

/** What the outage is, and how it is done where that is known. */
export function withDetail(text: string, detail?: string): string {
  return detail === undefined ? text : `${text}: ${detail}`
}

/**
 * `iat` and `exp` count whole seconds: so that what follows falls into one of them, or has most of
 * one left.
 */
async function earlyInASecond(): Promise<void> {
  const ms = Date.now() % 1_000
  if (ms > 500) await sleep(1_000 - ms)
}
