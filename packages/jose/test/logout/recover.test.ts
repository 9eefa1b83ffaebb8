import { createRevocation } from '@revoked/core'
import { redisStore } from '@revoked/store-redis'
import { eventually, startFaultProxy } from '@revoked/testing'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createLogoutTokens, type LostLogout } from '../../src/index.ts'
import { issuerOptions, subject, tampered } from '../support/fixtures.ts'
import { clientId, logoutEvent, revoked, session, setUp, unavailable } from '../support/logout-fixtures.ts'
import { cleanUps, start } from '../support/redis-instances.ts'

describe('recover', () => {
  test('logs out whom an outage of the store left logged in', async () => {
    const { tokens, logoutTokens, store, sign, clock } = setUp()
    const token = await tokens.issue({ sub: subject, sid: session })
    const lost = { logoutToken: await sign(), receivedAt: clock.now() }
    store.calls.length = 0
    store.failAt(1, 'rejects')
    await expect(logoutTokens.redeem(lost.logoutToken)).rejects.toMatchObject(unavailable)
    store.failAt(1, 'rejects')
    await expect(logoutTokens.recover(lost)).rejects.toMatchObject(unavailable)
    expect(await logoutTokens.recover(lost)).toEqual({ changed: true })
    await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
    expect(await logoutTokens.recover(lost)).toEqual({ changed: false })
  })

  test('judges the logout token as of the instant when it was received', async () => {
    const { tokens, logoutTokens, clock, sign } = setUp()
    const before = await tokens.issue({ sub: subject, sid: 'before' })
    const logoutToken = await sign({ sid: undefined })
    const receivedAt = clock.now()
    clock.advance(2_000)
    const since = await tokens.issue({ sub: subject, sid: 'since' })
    clock.advance(600_000)
    await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject({ problem: 'ERR_JWT_EXPIRED' })
    await logoutTokens.recover({ logoutToken, receivedAt })
    await expect(tokens.verify(before)).rejects.toMatchObject({ ...revoked, by: 'sub' })
    await tokens.verify(since)
    await expect(logoutTokens.recover({ logoutToken, receivedAt: clock.now() })).rejects.toMatchObject({
      problem: 'ERR_JWT_EXPIRED',
    })
  })

  test('verifies the signature: whoever writes to the queue logs nobody out', async () => {
    const { logoutTokens, clock, store, sign } = setUp()
    const lost = { logoutToken: tampered(await sign()), receivedAt: clock.now() }
    await expect(logoutTokens.recover(lost)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN' })
    expect(store.calls).toEqual([])
  })

  test.each([
    ['text', 'now', TypeError],
    ['NaN', Number.NaN, TypeError],
    ['seconds', 1_767_268_800, RangeError],
    ['in the future', 4_000_000_000_000, RangeError],
  ])('refuses a receivedAt that is %s', async (_, receivedAt, type) => {
    const { logoutTokens, sign } = setUp()
    const lost = { logoutToken: await sign(), receivedAt: receivedAt as number }
    await expect(logoutTokens.recover(lost)).rejects.toThrow(type)
  })
})

test('a logout that Redis could not take is recovered after the outage', async () => {
  const server = await start()
  const proxy = await startFaultProxy(server.port)
  cleanUps.push(() => proxy.stop())
  const client = new Redis({ port: proxy.port, retryStrategy: () => 20, maxRetriesPerRequest: 1 })
  client.on('error', () => undefined)
  cleanUps.push(() => client.disconnect())
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  const tokens = createAccessTokens(issuerOptions(revocation))
  const logoutTokens = createLogoutTokens({ ...issuerOptions(revocation), audience: clientId })
  const { sign } = setUp()
  const iat = Math.floor(Date.now() / 1_000) - 1
  const token = await tokens.issue({ sub: subject, sid: session })
  await tokens.verify(token)

  await proxy.refuse(true)
  proxy.cut()
  const logoutToken = await sign({ iat, exp: iat + 120, events: { [logoutEvent]: {} } })
  const receivedAt = Date.now()
  await expect(logoutTokens.redeem(logoutToken)).rejects.toMatchObject(unavailable)
  // As a queue in a database keeps it.
  const lost = JSON.stringify({ logoutToken, receivedAt })
  await proxy.refuse(false)
  await eventually(() => client.status === 'ready', 'Redis is back')

  expect(await logoutTokens.recover(JSON.parse(lost) as LostLogout)).toEqual({ changed: true })
  await expect(tokens.verify(token)).rejects.toMatchObject(revoked)
})
