import { setTimeout as sleep } from 'node:timers/promises'
import { type Claims, createRevocation, type Revocation, type Verdict } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { eventually, startFaultProxy, startRedis } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { bothStores, type CreateStore } from '../support/both-stores.ts'
import { connectIoredis, connectNodeRedis, openLive } from '../support/proxied-remote.ts'

const boundMs = 1_000
const deadlineMs = 1_000
/** The time that a loaded machine may add to a deadline. */
const graceMs = 500
/** The limit for answering again, in ms. */
const recoveryMs = 5_000

type Finish = (ended: () => Promise<void> | void) => void

/** Claims of a token. */
function tokenOf(jti: string): Claims {
  const iat = Math.floor(Date.now() / 1_000)
  return { jti, iat, exp: iat + 600 }
}

const hot = tokenOf('hot')
const revokedBefore = tokenOf('revoked before')
const revokedMeanwhile = tokenOf('revoked meanwhile')

/** Starts a server, and a store whose connections all pass through one proxy. */
async function start(finish: Finish, connect: typeof connectIoredis, create: CreateStore) {
  const server = await startRedis()
  finish(() => server.stop())
  const proxy = await startFaultProxy(server.port)
  finish(() => proxy.stop())
  const [one, other] = await Promise.all([connect(proxy.port), connect(server.port)])
  finish(one.disconnect)
  finish(other.disconnect)
  const store = await openLive(finish, () => create(redisStore(one.client), { maxStaleness: '1s' }))
  const settings = { maxTokenLifetime: '1h', timeout: `${deadlineMs}ms` } as const
  const revocation = createRevocation({ store, ...settings })
  const elsewhere = createRevocation({ store: redisStore(other.client), ...settings })
  await elsewhere.revoke({ token: revokedBefore })
  for (const token of [hot, revokedMeanwhile]) expect(await revocation.check(token)).toMatchObject({ status: 'active' })
  await eventually(async () => (await revocation.check(revokedBefore)).status === 'revoked', 'it is refused')
  return { proxy, store, revocation, elsewhere }
}

/** Checks the token. Fails if the answer comes after the deadline. */
async function checkInTime(revocation: Revocation, token: Claims): Promise<Verdict['status']> {
  const startedAt = performance.now()
  const { status } = await revocation.check(token)
  expect(performance.now() - startedAt, 'the time of a check').toBeLessThan(deadlineMs + graceMs)
  return status
}

/** Checks tokens for this time. Fails if one of the answers is late, or wrong. */
async function checkAll(revocation: Revocation, ms: number, revokedAt: () => number): Promise<void> {
  for (const endAt = performance.now() + ms; performance.now() < endAt; await sleep(20)) {
    const isLate = performance.now() > revokedAt() + boundMs
    const asked = [hot, revokedBefore, revokedMeanwhile, tokenOf('never seen')]
    const [, known, later] = await Promise.all(asked.map((token) => checkInTime(revocation, token)))
    expect(known).toBe('revoked')
    if (isLate) expect(later).not.toBe('active')
  }
}

/** Expects that all checks are answered rightly again, and then locally, within the limit. */
async function expectAnswers(revocation: Revocation, isLive: () => boolean): Promise<void> {
  const expected = ['active', 'revoked', 'revoked', 'active']
  const asked = [hot, revokedBefore, revokedMeanwhile, tokenOf('new')]
  const answersAll = async (): Promise<boolean> => {
    const answers = await Promise.all(asked.map((token) => checkInTime(revocation, token)))
    return answers.join() === expected.join() && isLive()
  }
  await eventually(answersAll, 'checks are answered again', recoveryMs)
}

const clients = [
  ['ioredis', connectIoredis],
  ['node-redis', connectNodeRedis],
] as const
const cases = clients.flatMap(([client, connect]) =>
  bothStores.map(([name, create]) => [name, client, connect, create] as const),
)

describe('all connections are half-open, and new ones too', { concurrent: true, timeout: 60_000 }, () => {
  test.for(cases)('%s over %s answers in time, and rightly 5 s after it', async (row, { onTestFinished, expect }) => {
    const [, , connect, create] = row
    const { proxy, store, revocation, elsewhere } = await start(onTestFinished, connect, create)
    let revokedAt = Infinity
    proxy.halfOpen('both')
    const revoking = elsewhere.revoke({ token: revokedMeanwhile }).then(() => {
      revokedAt = performance.now()
    })
    await Promise.all([revoking, checkAll(revocation, 6_000, () => revokedAt)])
    proxy.halfOpen('none')
    await expectAnswers(revocation, () => store.status().state === 'live')
    expect(store.status().lastFailure).toBeInstanceOf(Error)
  })

  test('an outage that does not end is detected', async ({ onTestFinished, expect }) => {
    const [, create] = bothStores[0] as (typeof bothStores)[number]
    const { proxy, store, revocation } = await start(onTestFinished, connectIoredis, create)
    proxy.halfOpen('both')
    await sleep(2 * boundMs)
    const answering = expectAnswers(revocation, () => store.status().state === 'live')
    await expect(answering).rejects.toThrow('checks are answered again')
  })
})
