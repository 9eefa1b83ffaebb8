import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ConsoleRole } from '../src/index.ts'
import { getPage, openConsole, origin } from './support/open-console.ts'

const reason = 'support_request'

/** A request to every route that reads, and what it needs. */
const reads: readonly (readonly [route: string, body?: object])[] = [
  ['me'],
  ['state'],
  ['changes'],
  ['audit', {}],
  ['lookup', { target: { subject: 'ada' } }],
]

/** What only support and admins may do. */
const ofSupport: readonly (readonly [route: string, body: object])[] = [
  ['close', { subject: 'ada', id: 'unknown', reason }],
  ['close-all', { subject: 'ada', reason }],
  ['revoke', { target: { subject: 'ada' }, reason }],
  ['revoke', { target: { session: 's' }, reason }],
  ['revoke', { target: { jti: 't' }, reason }],
  ['reinstate', { target: { subject: 'ada' }, reason }],
]

/** What only admins may do. */
const ofAdmins: readonly (readonly [route: string, body: object])[] = [
  ['list', { subjects: ['ada', 'ben'], reason }],
  ['list', { subjects: ['ada'], reason }],
  ['revoke', { target: { claim: 'tenant', value: 'a' }, reason }],
  ['reinstate', { target: { claim: 'tenant', value: 'a' }, reason }],
  ['revoke', { target: { everything: true }, reason, confirm: 'everything' }],
  ['reinstate', { target: { everything: true }, reason, confirm: 'everything' }],
]

const allowed: readonly (readonly [ConsoleRole, typeof reads])[] = [
  ['read-only', reads],
  ['support', [...reads, ...ofSupport]],
  ['admin', [...reads, ...ofSupport, ...ofAdmins]],
]

describe('a role', () => {
  test.each(allowed)('of %s may do what it should', async (role, routes) => {
    const { ask } = openConsole()
    for (const [route, body] of routes) expect([route, (await ask(route, body, { role })).status]).toEqual([route, 200])
  })

  test.each<[ConsoleRole, typeof reads]>([
    ['read-only', [...ofSupport, ...ofAdmins]],
    ['support', ofAdmins],
  ])('of %s is refused the rest, and nothing is changed', async (role, routes) => {
    const { ask, revocation } = openConsole()
    for (const [route, body] of routes) {
      const { status, body: answer } = await ask(route, body, { role })
      expect([route, status, answer['error']]).toEqual([route, 403, 'forbidden'])
    }
    expect((await revocation.audit()).entries).toEqual([])
  })

  test.each([
    ['two targets', { subject: 'ada', everything: true }],
    ['two targets in another order', { everything: true, subject: 'ada' }],
    ['a subject beside a claim', { subject: 'ada', claim: 'tenant', value: 'a' }],
    ['a session beside a claim', { session: 's', claim: 'tenant', value: 'a' }],
    ['a session of somebody beside everything', { session: 's', ofSubject: 'ada', everything: true }],
    ['a token beside everything', { jti: 't', everything: true }],
    ['a claim that is named as a scope', { claim: 'all', value: '*' }],
    ['a claim that is named as the subject', { claim: 'sub', value: 'ada' }],
    ['an issuer alone', { issuer: 'https://issuer.example' }],
    ['the claims of a token', { token: { sub: 'ada' } }],
    ['a list as a subject', { subject: ['ada', 'ben'] }],
    ['an object as a subject', { subject: { everything: true } }],
    ['a prototype', JSON.parse('{"subject":"ada","__proto__":{"everything":true}}')],
    ['an empty subject', { subject: '' }],
    ['nothing', {}],
    ['a list of targets', [{ subject: 'ada' }, { subject: 'ben' }]],
    ['null', null],
  ])('of support gets no further with %s', async (_, target) => {
    const { ask, revocation } = openConsole()
    const { status } = await ask('revoke', { target, reason, confirm: 'everything' }, { role: 'support' })
    expect([400, 403]).toContain(status)
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('of an admin revokes everything only after a typed confirmation', async () => {
    const { ask, revocation } = openConsole()
    for (const confirm of [undefined, '', 'Everything', true])
      expect((await ask('revoke', { target: { everything: true }, reason, confirm })).body).toMatchObject({
        error: 'unconfirmed',
      })
    expect(await revocation.explain({ everything: true })).toEqual([])
  })
})

describe('whoever authorize refuses', () => {
  test('gets neither the page, nor a file, nor an answer of a route', async () => {
    const opened = openConsole()
    const init = { headers: { cookie: 'role=nobody' } }
    for (const path of ['/console', '/console/', '/console/assets/app.js'])
      expect((await getPage(opened, path, init)).status).toBe(403)
    for (const [route, body] of [...reads, ...ofSupport, ...ofAdmins])
      expect((await opened.ask(route, body, { role: 'nobody' })).body).toMatchObject({ error: 'refused' })
  })

  test('is sent to the login by a response, which scripts do not follow', async () => {
    const opened = openConsole({
      authorize: () => new Response(null, { status: 303, headers: { location: '/login' } }),
    })
    const answer = await getPage(opened, '/console/')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])
    expect(await opened.ask('me')).toMatchObject({ status: 403, body: { error: 'refused' } })
  })

  test.each([
    ['an unknown role', { role: 'root', actor: 'a' }],
    ['a bare role', 'admin'],
    ['true', true],
    ['no actor', { role: 'admin' }],
    ['an actor of two lines', { role: 'admin', actor: 'a\nb' }],
    ['an empty object', {}],
  ])('by answering %s learns of the mistake in the log alone', async (_, answer) => {
    const opened = openConsole({ authorize: () => answer as never })
    expect(await opened.ask('me')).toMatchObject({ status: 500, body: { error: 'failed' } })
    expect((await getPage(opened, '/console/')).status).toBe(500)
    expect(opened.reported).toEqual([expect.any(TypeError), expect.any(TypeError)])
  })

  test('by failing refuses, and its error is shown to nobody', async () => {
    const opened = openConsole({ authorize: () => Promise.reject(new Error('S3CRET')) })
    const answer = await getPage(opened, '/console/')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('S3CRET')
    expect(JSON.stringify(await opened.ask('me'))).not.toContain('S3CRET')
    expect(opened.reported).toHaveLength(2)
  })

  test('by saying nothing for ten seconds gets no further, with the page and with its routes', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const opened = openConsole({ authorize: () => new Promise(() => undefined) })
    const answers = Promise.all([
      getPage(opened, '/console/'),
      opened.ask('revoke', { target: { subject: 'a' }, reason }),
    ])
    await vi.advanceTimersByTimeAsync(10_001)
    const [page, route] = await answers
    expect([page.status, route.status, route.body['error']]).toEqual([503, 503, 'unavailable'])
    expect((await opened.revocation.audit()).entries).toEqual([])
    expect(opened.reported).toHaveLength(2)
  })

  test('is asked at every request, with what the framework passes', async () => {
    const asked: unknown[] = []
    const { handle } = openConsole({
      authorize: (_request, context) => {
        asked.push(context)
        return undefined
      },
    })
    await handle.fetch(new Request(`${origin}/console/`), 'one')
    await handle(new Request(`${origin}/console/`), 'two')
    expect(asked).toEqual(['one', 'two'])
  })
})

describe('a request of another origin', () => {
  const forged: readonly (readonly [string, Record<string, string | undefined>])[] = [
    ['from a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['that is a navigation', { 'sec-fetch-site': 'none' }],
    ['in an older browser', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
    ['from another port', { 'sec-fetch-site': undefined, origin: `${origin}:8080` }],
    ['from a sandboxed frame', { 'sec-fetch-site': undefined, origin: 'null' }],
    ['without the header of our scripts', { 'x-revoked-console': undefined }],
    ['with an empty header', { 'x-revoked-console': '' }],
  ]

  test.each(forged)('%s is refused before anybody is asked who sent it', async (_, headers) => {
    let asked = 0
    const opened = openConsole({
      authorize: () => {
        asked += 1
        return { role: 'admin', actor: 'a' }
      },
    })
    for (const [route, body] of [...reads, ...ofSupport, ...ofAdmins]) {
      const { status, body: answer } = await opened.ask(route, body, { headers })
      expect([route, status, answer['error']]).toEqual([route, 403, 'cross_origin'])
    }
    expect(asked).toBe(0)
    expect((await opened.revocation.audit()).entries).toEqual([])
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', undefined])(
    'can send a body of type %s, which is refused',
    async (type) => {
      const { ask, revocation } = openConsole()
      const [[route, body] = ['', {}]] = ofSupport.slice(2)
      expect((await ask(route, JSON.stringify(body), { headers: { 'content-type': type } })).status).toBe(415)
      expect((await revocation.audit()).entries).toEqual([])
    },
  )

  test('is told from one of an older browser at the same origin', async () => {
    const { ask } = openConsole()
    const headers = { 'sec-fetch-site': undefined, origin }
    expect((await ask('revoke', { target: { subject: 'ada' }, reason }, { headers })).status).toBe(200)
  })

  test('that changes something by GET is refused', async () => {
    const { handle } = openConsole()
    for (const route of ['revoke', 'reinstate', 'list', 'close', 'close-all', 'lookup', 'audit']) {
      const headers = { cookie: 'role=admin', 'x-revoked-console': '1', 'sec-fetch-site': 'same-origin' }
      const answer = await handle(new Request(`${origin}/console/api/${route}?subject=ada`, { headers }))
      expect([route, answer.status, answer.headers.get('allow')]).toEqual([route, 405, 'POST'])
    }
  })

  test('gets no answer to the question whether it may send (CORS)', async () => {
    const { handle } = openConsole()
    const headers = { origin: 'https://evil.example', 'access-control-request-headers': 'x-revoked-console' }
    const answer = await handle(new Request(`${origin}/console/api/revoke`, { method: 'OPTIONS', headers }))
    expect(answer.status).toBe(403)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
