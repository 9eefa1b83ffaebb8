import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRevocation } from '@revoked/core'
import { backChannelLogoutEndpoint, type LostLogout } from '@revoked/http/oauth'
import { createAccessTokens, createLogoutTokens } from '@revoked/jose'
import { redisStore } from '@revoked/store-redis'
import { eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { expectRefusal, logoutEvent, post, retryLater } from '../support/oauth-setup.ts'

const keys = { secret: crypto.getRandomValues(new Uint8Array(32)) }
const issuer = 'https://login.example'

/** A Redis that keeps what it has acknowledged, and a client of it. */
async function startDurableRedis() {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-logout-'))
  const server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder] })
  const client = new Redis(server.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => 50 })
  client.on('error', () => {})
  onTestFinished(async () => {
    client.disconnect()
    await server.stop()
    await rm(folder, { recursive: true })
  })
  await eventually(() => client.status === 'ready', 'connected')
  return { server, client }
}

function signLogoutToken(sid: string): Promise<string> {
  return new SignJWT({ sid, events: { [logoutEvent]: {} }, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience('our-client-id')
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(keys.secret)
}

test('a logout that was lost in an outage of Redis is made up for', { timeout: 60_000 }, async () => {
  const { server, client } = await startDurableRedis()
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h', timeout: '1s' })
  const common = { revocation, issuer, algorithms: ['HS256'], keys }
  const tokens = createAccessTokens({ ...common, audience: 'https://api.example' })
  const logoutTokens = createLogoutTokens({ ...common, audience: 'our-client-id' })
  const lost: LostLogout[] = []
  const endpoint = backChannelLogoutEndpoint({ logoutTokens, onLost: (logout) => lost.push(logout) })

  const sid = crypto.randomUUID()
  const token = await tokens.issue({ sub: 'ada', sid })
  const logoutToken = await signLogoutToken(sid)
  server.kill('SIGKILL')
  await eventually(() => client.status !== 'ready', 'disconnected')
  expectRefusal(await post(endpoint, { logout_token: logoutToken }), 400, 'temporarily_unavailable', retryLater)
  const error = expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  expect(lost).toEqual([{ logoutToken, receivedAt: expect.any(Number), error }])

  await server.restart()
  await eventually(() => client.status === 'ready', 'connected again', 20_000)
  // The provider does not send it again, so the session lives on until somebody makes up for it.
  await tokens.verify(token)
  for (const logout of lost) await logoutTokens.recover(logout)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })

  // And if it does, there is nothing left to do.
  expect(await post(endpoint, { logout_token: logoutToken })).toMatchObject({ status: 200 })
})
