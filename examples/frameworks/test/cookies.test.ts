import { describe, expect, onTestFinished, test } from 'vitest'
import { store, tokens } from '../src/accounts.ts'
import { createBrowser } from './browser.ts'
import { serve } from './load-example.ts'

const ada = { json: { user: 'ada', password: 'analytical-engine' } }
const access = '__Host-access'
const refresh = '__Secure-refresh'

describe.each(['express-cookies', 'fetch-cookies'])('%s', (name) => {
  async function start() {
    const url = await serve(name)
    const browser = createBrowser(url)
    async function logIn() {
      expect(await browser.send('POST /session/login', ada)).toMatchObject({ status: 200, text: '{"user":"ada"}' })
      const { [access]: accessToken = '', [refresh]: refreshToken = '' } = await browser.cookiesFor('/session/logout')
      return { accessToken, refreshToken }
    }
    return { url, ...browser, logIn }
  }

  test('logs in, refreshes and logs out', async () => {
    const { send, logIn, cookiesFor } = await start()
    expect(await send('GET /me')).toMatchObject({ status: 401 })
    const first = await logIn()
    expect(await send('GET /me')).toMatchObject({ status: 200, text: '{"user":"ada"}' })

    expect(await send('POST /session/refresh')).toMatchObject({ status: 204, text: '' })
    const second = await cookiesFor('/session/logout')
    expect(second[refresh]).not.toBe(first.refreshToken)
    expect(await send('GET /me')).toMatchObject({ status: 200 })

    expect(await send('POST /session/logout')).toMatchObject({ status: 204, text: '' })
    expect(await cookiesFor('/session/logout')).toEqual({})
    for (const token of [first.accessToken, second[access] ?? ''])
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    await expect(tokens.verifyRefresh(second[refresh] ?? '')).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('hides the cookies from scripts, other sites and plain HTTP', async () => {
    const { send } = await start()
    const { setCookie } = await send('POST /session/login', ada)
    const [accessCookie, refreshCookie] = setCookie.map((cookie) => cookie.split('; ').slice(1).sort().join('; '))
    expect(accessCookie).toMatch(/^HttpOnly; Max-Age=(900|899); Path=\/; SameSite=Lax; Secure$/)
    expect(refreshCookie).toMatch(/^HttpOnly; Max-Age=(43200|43199); Path=\/session; SameSite=Strict; Secure$/)
  })

  test('sends the refresh token to the routes of the session only', async () => {
    const { logIn, cookiesFor } = await start()
    await logIn()
    expect(Object.keys(await cookiesFor('/me'))).toEqual([access])
    expect(Object.keys(await cookiesFor('/session/refresh')).sort()).toEqual([access, refresh])
    expect(await cookiesFor('/session/refresh', 'cross-site')).toEqual({})
  })

  test('ends the sessions of the cookies and of the header at a logout', async () => {
    const { send, logIn } = await start()
    const { accessToken } = await logIn()
    const other = await tokens.issuePair({ sub: 'ben' })
    const headers = { authorization: `Bearer ${other.accessToken}` }
    expect(await send('POST /session/logout', { headers })).toMatchObject({ status: 204 })
    for (const token of [accessToken, other.accessToken])
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('logs out with the refresh cookie alone', async () => {
    const { url, logIn, cookiesFor } = await start()
    const { accessToken, refreshToken } = await logIn()
    const headers = { cookie: `${refresh}=${refreshToken}` }
    expect(await fetch(`${url}/session/logout`, { method: 'POST', headers })).toMatchObject({ status: 204 })
    await expect(tokens.verify(accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    expect(Object.keys(await cookiesFor('/session/logout')).length).toBe(2)
  })

  test.each([
    ['of a sibling domain', { from: 'same-site' }],
    ['of another site', { from: 'cross-site' }],
    ['of another site in an older browser', { headers: { 'sec-fetch-site': '', origin: 'https://evil.example' } }],
    ['in a sandboxed frame of an older browser', { headers: { 'sec-fetch-site': '', origin: 'null' } }],
  ] as const)('refuses a POST of a page %s', async (_, visit) => {
    const { send, logIn } = await start()
    const { accessToken, refreshToken } = await logIn()
    for (const path of ['/session/login', '/session/refresh', '/session/logout'])
      expect(await send(`POST ${path}`, { ...ada, ...visit })).toMatchObject({ status: 403, setCookie: [] })
    await tokens.verify(accessToken)
    await tokens.verifyRefresh(refreshToken)
  })

  test('accepts a POST of its pages in an older browser, and of other clients', async () => {
    const { url, send, logIn } = await start()
    for (const origin of [url, '']) {
      await logIn()
      expect(await send('POST /session/logout', { headers: { 'sec-fetch-site': '', origin } })).toMatchObject({
        status: 204,
      })
    }
  })

  test('keeps the cookies for the next logout while the store is unavailable', async () => {
    const { send, logIn } = await start()
    const { accessToken } = await logIn()
    const bringBack = takeAway()
    expect(await send('POST /session/logout')).toMatchObject({ status: 503, setCookie: [] })
    bringBack()
    await tokens.verify(accessToken)
    expect(await send('POST /session/logout')).toMatchObject({ status: 204 })
    await expect(tokens.verify(accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('deletes the cookies of a session that has ended', async () => {
    const { send, logIn, cookiesFor } = await start()
    const { refreshToken } = await logIn()
    await tokens.revoke(refreshToken)
    expect(await send('GET /me')).toMatchObject({ status: 401 })
    expect(await send('POST /session/logout')).toMatchObject({ status: 204 })
    expect(await cookiesFor('/session/logout')).toEqual({})
  })
})

/** Makes the store unavailable, until the end of the test at the latest. */
function takeAway(): () => void {
  const { find, record } = store
  const bringBack = () => void Object.assign(store, { find, record })
  onTestFinished(bringBack)
  const fail = () => Promise.reject(new Error('the store is unavailable'))
  Object.assign(store, { find: fail, record: fail })
  return bringBack
}
