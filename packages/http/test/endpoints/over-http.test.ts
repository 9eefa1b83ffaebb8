import { toHandler } from '@revoked/http/express'
import { backChannelLogoutEndpoint, introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import express, { type Express } from 'express'
import express4 from 'express-4'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../support/framework.ts'
import { listen } from '../support/listen.ts'
import { authenticateClient, basic, clientSecret, createOAuthWorld, outages, subject } from '../support/oauth-setup.ts'

interface Framework {
  (): Express
  readonly urlencoded: typeof express.urlencoded
}

describe.each<readonly [name: string, framework: Framework, extended: boolean]>([
  ['Express 5', express, false],
  ['Express 5 with nested forms', express, true],
  ['Express 4', express4, false],
])('%s', (_, framework, extended) => {
  const world = createOAuthWorld()
  const { tokens, logoutTokens } = world
  let server: RunningServer

  beforeAll(async () => {
    const app = framework()
    app.use(framework.urlencoded({ extended }))
    app.all('/revoke', toHandler(revocationEndpoint({ tokens, authenticateClient })))
    app.all('/introspect', toHandler(introspectionEndpoint({ tokens, authenticateClient, mayInspect: () => true })))
    app.all('/logout', toHandler(backChannelLogoutEndpoint({ logoutTokens })))
    server = await listen(app)
  })
  afterAll(() => server.close())
  afterEach(() => world.comeBack())

  /** The whole answer. */
  async function send(path: string, form: Readonly<Record<string, string>> | string, authorization?: string) {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(5_000),
    })
    const text = await response.text()
    expect(response.headers.get('cache-control')).toBe('no-store')
    if (text !== '') expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
    if (response.status !== 200) expect(JSON.stringify([text, ...response.headers])).not.toMatch(/S3CRET|eyJ/)
    return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) }
  }

  test('a token is active until it is revoked', async () => {
    const token = await tokens.issue({ sub: subject, client_id: 'web' })
    expect((await send('/introspect', { token }, basic('app'))).body).toMatchObject({ active: true, sub: subject })
    expect(await send('/revoke', { token }, basic('web'))).toMatchObject({ status: 200, text: '' })
    const after = await send('/introspect', { token, client_id: 'app', client_secret: clientSecret })
    expect(after).toMatchObject({ status: 200, body: { active: false } })
    expect(after.text).toBe('{"active":false}')
  })

  test('a session is alive until the provider ends it', async () => {
    const { accessToken, refreshToken, sid } = await tokens.issuePair({ sub: subject })
    const logoutToken = await world.signLogoutToken({ sid })
    expect(await send('/logout', { logout_token: logoutToken })).toMatchObject({ status: 200, text: '' })
    for (const token of [accessToken, refreshToken])
      expect((await send('/introspect', { token }, basic('app'))).text).toBe('{"active":false}')
    expect(await send('/logout', { logout_token: logoutToken })).toMatchObject({ status: 200, text: '' })
  })

  test.each(['/revoke', '/introspect'])('%s challenges a client that it does not know', async (path) => {
    const { status, headers, body } = await send(path, { token: 'S3CRET' }, basic('web', 'S3CRET'))
    expect({ status, body }).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(headers.get('www-authenticate')).toMatch(/^Basic realm="/)
  })

  test.each(['/revoke', '/introspect', '/logout'])('%s refuses a parameter that comes twice', async (path) => {
    const form = 'token=S3CRET&token=S3CRET&logout_token=S3CRET'
    expect(await send(path, form, basic('web'))).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test.each(['/revoke', '/introspect', '/logout'])('%s is posted to, with a form', async (path) => {
    const get = await fetch(`${server.url + path}?token=S3CRET`)
    expect({ status: get.status, allow: get.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' })
    const headers = { 'content-type': 'text/plain', authorization: basic('web') }
    const text = await fetch(server.url + path, { method: 'POST', headers, body: 'token=S3CRET' })
    expect({ status: text.status, body: await text.json() }).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  test.each(outages)('while the store %s, every answer is one that can be told from a no', async (how) => {
    const { accessToken: token, sid } = await tokens.issuePair({ sub: subject, client_id: 'web' })
    const logoutToken = await world.signLogoutToken({ sid })
    world.goDown(how)
    const answers = await Promise.all([
      send('/revoke', { token }, basic('web')),
      send('/introspect', { token }, basic('web')),
      send('/logout', { logout_token: logoutToken }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 400])
    for (const { headers, body } of answers) {
      expect(body).toMatchObject({ error: 'temporarily_unavailable' })
      expect(headers.get('retry-after')).toBe('5')
    }
    world.comeBack()
    expect((await send('/introspect', { token }, basic('web'))).body).toMatchObject({ active: true })
    expect(await send('/logout', { logout_token: logoutToken })).toMatchObject({ status: 200 })
    expect((await send('/introspect', { token }, basic('web'))).body).toEqual({ active: false })
  })
})
