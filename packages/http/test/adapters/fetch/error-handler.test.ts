import { getRequestListener } from '@hono/node-server'
import { TokenRevokedError } from '@revoked/core'
import { errorHandler } from '@revoked/http/fetch'
import { beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { revoked, unavailable } from '../../support/expectations.ts'
import { listen } from '../../support/listen.ts'
import { createOAuthWorld, type OAuthWorld, outages } from '../../support/oauth-setup.ts'
import { secrets } from '../../support/setup.ts'

let world: OAuthWorld
beforeEach(() => {
  world = createOAuthWorld()
})

const request = new Request('https://api.example')

describe('a handler that rotates, over HTTP', () => {
  async function start() {
    const told: [unknown, string][] = []
    const refresh = errorHandler(
      async (given) => {
        const { refreshToken } = await world.tokens.rotate(await given.text())
        return new Response(refreshToken, { status: 201, headers: { a: 'b' } })
      },
      { onUnavailable: (error, { url }) => told.push([error, new URL(url).pathname]) },
    )
    const { url, close } = await listen(getRequestListener(refresh))
    onTestFinished(close)
    const { refreshToken } = await world.tokens.issuePair({ sub: secrets.subject })
    return { told, refreshToken, post: (body: string) => fetch(`${url}/refresh`, { method: 'POST', body }) }
  }

  test('answers as before, and a spent token with 401', async () => {
    const { told, refreshToken, post } = await start()
    const first = await post(refreshToken)
    expect([first.status, first.headers.get('a')]).toEqual([201, 'b'])
    await expectAnswer(await post(refreshToken), revoked)
    await expectAnswer(await post(await first.text()), revoked)
    expect(told).toEqual([])
  })

  test.for(outages)('answers 503 while the store %s, and tells why, and for which request', async (how) => {
    const { told, refreshToken, post } = await start()
    world.goDown(how)
    await expectAnswer(await post(refreshToken), unavailable)
    expect(told).toEqual([[expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' }), '/refresh']])
    world.comeBack()
    expect((await post(refreshToken)).status).toBe(201)
  })
})

test('throws on what is no refusal of this library, from a promise and at once', async () => {
  for (const defect of [new Error('a defect'), Object.assign(new Error('teapot'), { status: 418 }), 'a string']) {
    await expect(errorHandler(() => Promise.reject(defect))(request)).rejects.toBe(defect)
    const atOnce = errorHandler(() => {
      throw defect
    })
    await expect(atOnce(request)).rejects.toBe(defect)
  }
})

test('answers what is thrown at once, each time with a response of its own', async () => {
  const handle = errorHandler(() => {
    throw new TokenRevokedError('jti')
  })
  const [first, second] = [await handle(request), await handle(request)]
  first.headers.set('access-control-allow-origin', '*')
  expect(second.headers.has('access-control-allow-origin')).toBe(false)
  await expectAnswer(first, revoked)
  await expectAnswer(second, revoked)
})

test('hands on the request and what is given beside it, and gives back the very response', async () => {
  interface Context {
    readonly params: Promise<{ readonly id: string }>
  }
  const given: unknown[] = []
  const response = new Response('as it is')
  const handle = errorHandler((...all: [Request, Context, string]) => {
    given.push(...all)
    return response
  })
  expectTypeOf(handle).parameters.toEqualTypeOf<[Request, Context, string]>()
  const context: Context = { params: Promise.resolve({ id: '1' }) }
  expect(await handle(request, context, 'more')).toBe(response)
  expect(given.map((value, index) => value === [request, context, 'more'][index])).toEqual([true, true, true])
})

test('takes handlers of requests with more to them, as those of Next.js', async () => {
  class RichRequest extends Request {
    readonly nextUrl = new URL(this.url)
  }
  const seen: string[] = []
  const options = { onUnavailable: (_error: unknown, { nextUrl }: RichRequest) => seen.push(nextUrl.pathname) }
  const handle = errorHandler(async ({ nextUrl }: RichRequest) => {
    await world.tokens.verify(await world.tokens.issue({ sub: secrets.subject }))
    return new Response(nextUrl.pathname)
  }, options)
  expectTypeOf(handle).parameters.toEqualTypeOf<[RichRequest]>()
  expect(await (await handle(new RichRequest('https://api.example/me'))).text()).toBe('/me')
  world.goDown('rejects')
  await expectAnswer(await handle(new RichRequest('https://api.example/me')), unavailable)
  expect(seen).toEqual(['/me'])
})
