/** Step-up end to end: a route asks for a fresh password, the client gives it, and goes on. */
import { getRequestListener } from '@hono/node-server'
import { createRevocation } from '@revoked/core'
import type { RequireTokenOptions } from '@revoked/http'
import * as forExpress from '@revoked/http/express'
import * as forFetch from '@revoked/http/fetch'
import * as forHono from '@revoked/http/hono'
import { createTokenPairs, type TokenPair } from '@revoked/jose'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { type VirtualClock, virtualClock } from '@revoked/testing'
import express from 'express'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../support/expect-answer.ts'
import { revoked, stale } from '../support/expectations.ts'
import type { RunningServer } from '../support/framework.ts'
import { listen } from '../support/listen.ts'

const minuteMs = 60_000

function createIssuer(clock: VirtualClock) {
  const { now } = clock
  const store = memorySessions({ now })
  const revocation = createRevocation({
    ...{ store: memoryStore({ now }), maxTokenLifetime: '30d', now },
    allowlist: { sessions: store },
  })
  const sessions = createSessions({ store, revocation, idleTimeout: '7d', absoluteLifetime: '30d' })
  const tokens = createTokenPairs({
    ...{ revocation, sessions, issuer: 'https://login.example', audience: 'https://api.example' },
    algorithms: ['HS256'],
    keys: { secret: new TextEncoder().encode('a signing key of at least thirty-two bytes') },
    refresh: { lifetime: '30d' },
  })
  return { revocation, sessions, tokens }
}

type Issuer = ReturnType<typeof createIssuer>
type Options = Pick<RequireTokenOptions<never>, 'tokens'>
/** Of the sensitive route. */
type FreshOptions = Options & Pick<RequireTokenOptions<never>, 'maxAge' | 'now'>

/** Serves `/me`, and `/email`, which asks for a password of the last five minutes. */
interface StepUpServer {
  readonly name: string
  readonly start: (issuer: Issuer, options: Options, fresh: FreshOptions) => Promise<RunningServer>
}

const servers: readonly StepUpServer[] = [
  {
    name: 'Express',
    start: (_issuer, options, fresh) => {
      const app = express()
      for (const [path, guard] of [
        ['/me', forExpress.requireToken(options)],
        ['/email', forExpress.requireToken(fresh)],
      ] as const)
        app.get(
          path,
          guard,
          forExpress.withAuth(({ auth }, response) => void response.json({ sub: auth.sub })),
        )
      return listen(app)
    },
  },
  {
    name: 'Express, behind another verifier',
    start: ({ revocation, tokens }, _options, { maxAge = '5m' }) => {
      const app = express()
      app.use(async (request, response, next) => {
        const { authorization } = request.headers
        if (authorization === undefined) return void response.sendStatus(401)
        Object.assign(request, { auth: (await tokens.inspect(authorization.slice(7))).claims })
        next()
      })
      const answer = forExpress.withAuth(({ auth }, response) => void response.json({ sub: auth.sub }))
      app.get('/me', forExpress.requireActive(revocation), answer)
      // The clock is that of the revocation.
      app.get('/email', forExpress.requireActive(revocation, { maxAge }), answer)
      return listen(app)
    },
  },
  {
    name: 'Hono',
    start: (_issuer, options, fresh) => {
      const app = new Hono()
      app.get('/me', forHono.requireToken(options), (c) => c.json({ sub: c.get('jwtPayload').sub }))
      app.get('/email', forHono.requireToken(fresh), (c) => c.json({ sub: c.get('jwtPayload').sub }))
      return listen(getRequestListener(app.fetch))
    },
  },
  {
    name: 'the Fetch Standard',
    start: (_issuer, options, fresh) => {
      const [me, email] = [forFetch.requireToken(options), forFetch.requireToken(fresh)]
      return listen(
        getRequestListener(async (request) => {
          const { refusal, claims } = await (request.url.endsWith('/email') ? email : me)(request)
          return refusal ?? Response.json({ sub: claims.sub })
        }),
      )
    },
  },
]

describe.each(servers)('over $name', ({ start }) => {
  async function setUp() {
    const clock = virtualClock()
    const issuer = createIssuer(clock)
    const { tokens } = issuer
    const server = await start(issuer, { tokens }, { tokens, maxAge: '5m', now: clock.now })
    onTestFinished(() => server.close())
    const get = (path: '/me' | '/email', pair?: TokenPair): Promise<Response> =>
      fetch(server.url + path, { headers: pair === undefined ? {} : { authorization: `Bearer ${pair.accessToken}` } })
    return { clock, ...issuer, get }
  }

  test('refuses an old password with the challenge, and accepts a new one, on this device', async () => {
    const { clock, tokens, sessions, get } = await setUp()
    const [laptop, phone] = [await tokens.issuePair({ sub: 'ada' }), await tokens.issuePair({ sub: 'ada' })]
    expect((await get('/email', laptop)).status).toBe(200)
    clock.advance(4 * minuteMs)
    expect((await get('/email', laptop)).status).toBe(200)
    clock.advance(minuteMs + 1_000) // auth_time is in whole seconds.
    await expectAnswer(await get('/email', laptop), stale)
    // The session goes on.
    expect((await get('/me', laptop)).status).toBe(200)
    // A refresh alone is no authentication.
    const refreshed = await tokens.rotate(laptop.refreshToken)
    await expectAnswer(await get('/email', refreshed), stale)

    // The password was checked.
    const stepped = await tokens.rotate(refreshed.refreshToken, { authenticatedAt: clock.now() })
    expect(await (await get('/email', stepped)).json()).toEqual({ sub: 'ada' })
    await expectAnswer(await get('/email', phone), stale)
    expect((await get('/me', phone)).status).toBe(200)
    const [ofLaptop, ofPhone] = await Promise.all([laptop, phone].map(({ sid }) => sessions.get('ada', sid)))
    expect(ofLaptop?.authenticatedAt).toBe(clock.now())
    expect(ofPhone?.authenticatedAt).toBeLessThan(clock.now() - 5 * minuteMs)
    // The phone's next tokens have not gained anything.
    await expectAnswer(await get('/email', await tokens.rotate(phone.refreshToken)), stale)

    clock.advance(5 * minuteMs + 1_000)
    await expectAnswer(await get('/email', stepped), stale)
  })

  test('refuses a session that was closed as revoked, however fresh it is', async () => {
    const { tokens, sessions, get } = await setUp()
    const pair = await tokens.issuePair({ sub: 'ada' })
    await sessions.close('ada', pair.sid)
    await expectAnswer(await get('/email', pair), revoked)
  })
})
