import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { client, provider } from '../src/oauth.ts'
import { createClient } from './client.ts'
import { serve } from './load-example.ts'

const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`

async function start() {
  const send = createClient(await serve('oauth'))
  const { body } = await send('POST /login', { json: { user: 'ada', password: 'analytical-engine' } })
  const { accessToken, refreshToken } = body as { accessToken: string; refreshToken: string }
  const introspect = async (token: string) => (await send('POST /introspect', { form: { token }, authorization })).body
  return { send, accessToken, refreshToken, introspect }
}

test('ends the session of a refresh token that a client revokes', async () => {
  const { send, accessToken, refreshToken, introspect } = await start()
  expect(await introspect(accessToken)).toMatchObject({ active: true, sub: 'ada' })
  expect(await send('POST /revoke', { form: { token: refreshToken }, authorization })).toMatchObject({ status: 200 })
  expect(await introspect(accessToken)).toEqual({ active: false })
  expect(await introspect(refreshToken)).toEqual({ active: false })
})

test('ends the session of a logout token', async () => {
  const { send, accessToken, introspect } = await start()
  const { sid } = (await introspect(accessToken)) as { sid: string }
  const logoutToken = await signLogoutToken(sid, provider.secret)
  expect(await send('POST /backchannel-logout', { form: { logout_token: logoutToken } })).toMatchObject({ status: 200 })
  expect(await introspect(accessToken)).toEqual({ active: false })
})

test('refuses a provider with another key, and clients with a wrong secret or another name', async () => {
  const { send, accessToken: token, introspect } = await start()
  const { sid } = (await introspect(token)) as { sid: string }
  const forged = await signLogoutToken(sid, new Uint8Array(32))
  expect(await send('POST /backchannel-logout', { form: { logout_token: forged } })).toMatchObject({ status: 400 })
  for (const credentials of [`${client.id}:S3CRET`, `${client.id}:`, `other:${client.secret}`]) {
    const wrong = `Basic ${Buffer.from(credentials).toString('base64')}`
    for (const path of ['/revoke', '/introspect'])
      expect(await send(`POST ${path}`, { form: { token }, authorization: wrong })).toMatchObject({ status: 401 })
  }
  expect(await introspect(token)).toMatchObject({ active: true })
})

function signLogoutToken(sid: string, secret: Uint8Array): Promise<string> {
  return new SignJWT({ sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
    .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
    .setIssuer(provider.issuer)
    .setAudience(provider.ourClientId)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(secret)
}
