import { describe, expect, test } from 'vitest'
import { ada, openServer } from '../open-server.ts'
import { idsOn, pageClient, twoDevices } from './page-client.ts'

describe('a POST', () => {
  const form = { user: 'ada', password: 'analytical-engine', current: 'analytical-engine', next: 'difference-engine' }
  const paths = ['login', 'logout', 'close', 'close-others', 'password'].map((name) => `/devices/${name}`)
  const all = [...paths, '/admin/sessions/close', '/admin/sessions/close-all']

  test.each([
    ['of a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of another site in an older browser', { origin: 'https://evil.example' }],
    ['of a sandboxed frame in an older browser', { origin: 'null' }],
  ])('from a page %s is refused, and changes nothing', async (_, headers) => {
    const { here, there } = await twoDevices()
    const [, id = ''] = idsOn(await here.send('GET /devices'))
    for (const path of all) {
      const answer = await here.send(`POST ${path}`, { form: { ...form, id }, headers })
      expect(`${path} ${answer.status} ${answer.headers.get('set-cookie')}`).toBe(`${path} 403 null`)
    }
    expect((await there.send('GET /devices')).text).toContain('2 devices logged in')
  })

  test('from a page of this server passes, in an older browser too', async () => {
    const { server, here } = await twoDevices()
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: server.url }]) {
      expect((await here.send('POST /devices/close-others', { form: {}, headers })).status).toBe(303)
    }
  })

  test('without a session leads to the login', async () => {
    const { headers, status } = await pageClient(await openServer()).send('POST /devices/close', { form: { id: 'x' } })
    expect([status, headers.get('location')]).toEqual([303, '/devices'])
  })

  test('without its fields, or with huge ones, is answered with a page', async () => {
    const { here } = await twoDevices()
    const none = await here.send('POST /devices/close', { form: {} })
    expect([none.status, none.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
    expect((await here.send('POST /devices/close', { form: { id: 'x'.repeat(20_000) } })).status).toBe(413)
  })
})

test('forbids inline scripts and styles, frames, and other origins', async () => {
  const { text, headers } = await pageClient(await openServer()).send('GET /devices')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(text).not.toMatch(/ style=| on\w+=|<style|<script>/)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test.each(['base.css', 'page.js', 'icon.svg'])('serves %s as what its type says', async (name) => {
  const { status, headers } = await pageClient(await openServer()).send(`GET /assets/${name}`)
  expect([status, headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
})

describe('the cookie', () => {
  async function cookieOver(proto: 'http' | 'https'): Promise<string> {
    const client = pageClient(await openServer())
    const headers = { 'x-forwarded-proto': proto }
    const answer = await client.send('POST /devices/login', { form: { user: ada[0], password: ada[1] }, headers })
    return answer.headers.get('set-cookie') ?? ''
  }

  test('is hidden from scripts and from forms of other sites', async () => {
    expect(await cookieOver('http')).toMatch(
      /^session=[\w.-]+; Max-Age=4\d{4}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    )
  })

  test('is bound to this host over HTTPS', async () => {
    expect(await cookieOver('https')).toMatch(/^__Host-session=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)
    expect(await cookieOver('https')).not.toContain('Domain')
  })

  test('is no token of the API, and a token of the API is no cookie', async () => {
    const { server, here } = await twoDevices()
    const token = here.cookie.slice('session='.length)
    expect((await server.send('GET /me', { token })).status).toBe(401)
    here.cookie = `session=${await server.login(...ada)}`
    expect((await here.send('GET /devices')).text).toContain('>Log in</h1>')
  })
})
