import { once } from 'node:events'
import { connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { requireToken, toHandler } from '@revoked/http/fetch'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { missing, revoked, unavailable } from '../../support/expectations.ts'
import { listen } from '../../support/listen.ts'
import { createWorld } from '../../support/setup.ts'

/** Serves a handler while the test runs. */
async function serveHandler(handle: (request: Request) => Promise<Response>): Promise<string> {
  const { url, close } = await listen(getRequestListener(handle))
  onTestFinished(close)
  return url
}

describe('requireToken', () => {
  test('gives the claims, typed once the refusal was ruled out, and whether they are degraded', async () => {
    const { tokens, goDown } = createWorld()
    const authenticate = requireToken({ tokens, failPolicy: 'open' })
    const url = await serveHandler(async (request) => {
      const { refusal, claims, degraded } = await authenticate(request)
      if (refusal) return refusal
      expectTypeOf(claims.sub).toEqualTypeOf<string>()
      expectTypeOf(degraded).toEqualTypeOf<boolean>()
      return Response.json([claims.sub, claims.sid, degraded])
    })
    const token = await tokens.issue({ sub: 'alice', sid: 'laptop' })
    expect(await ask(url, bearer(token))).toEqual({ status: 200, body: ['alice', 'laptop', false] })
    goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual({ status: 200, body: ['alice', 'laptop', true] })
  })

  test('gives nothing but the refusal of a request that may not go on', async () => {
    const { tokens, goDown, comeBack } = createWorld()
    const authenticate = requireToken({ tokens })
    const token = await tokens.issue({ sub: 'alice' })
    const request = new Request('https://api.example', bearer(token))
    const refused = []
    refused.push(await authenticate(new Request('https://api.example')))
    goDown('rejects')
    refused.push(await authenticate(request))
    comeBack()
    await tokens.revoke(token)
    refused.push(await authenticate(request))
    expect(refused).toEqual(refused.map(() => ({ refusal: expect.any(Response) })))
    const replies = refused.map(async ({ refusal }) => ({ status: refusal?.status, body: await refusal?.json() }))
    expect(await Promise.all(replies)).toEqual([reply(missing), reply(unavailable), reply(revoked)])
  })

  test('gives every request a response of its own, which can be changed', async () => {
    const { tokens } = createWorld()
    const authenticate = requireToken({ tokens })
    const [first, second] = [new Request('https://api.example'), new Request('https://api.example')].map(authenticate)
    ;(await first)?.refusal?.headers.set('access-control-allow-origin', '*')
    expect((await second)?.refusal?.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('takes the token from where getToken finds it', async () => {
    const { tokens } = createWorld()
    const authenticate = requireToken({
      tokens,
      getToken: ({ url }) => new URL(url).searchParams.get('t') ?? undefined,
    })
    const token = await tokens.issue({ sub: 'alice' })
    expect(await authenticate(new Request(`https://api.example?t=${token}`))).toMatchObject({
      claims: { sub: 'alice' },
    })
    expect((await authenticate(new Request('https://api.example', bearer(token)))).refusal?.status).toBe(401)
  })

  test('rejects with a defect as it is', async () => {
    const defect = new Error('a defect')
    const authenticate = requireToken({ tokens: { verify: () => Promise.reject(defect) } })
    await expect(authenticate(new Request('https://api.example', bearer('token')))).rejects.toBe(defect)
  })

  test('throws for wrong options', () => {
    const { tokens } = createWorld()
    expect(() => requireToken({ tokens: {} as typeof tokens })).toThrow(TypeError)
    expect(() => requireToken({ tokens, failPolicy: 'half' as 'open' })).toThrow(TypeError)
  })
})

describe('toHandler', () => {
  const type = 'application/x-www-form-urlencoded'
  const limit = 100 * 1_024
  const echo = toHandler(async ({ method, authorization, form }) => ({
    status: 207,
    headers: { 'cache-control': 'no-store' },
    body: { method, authorization, form: entriesOf(await form()) },
  }))

  function post(body: string | ReadableStream, contentType = type): RequestInit & { duplex: 'half' } {
    return { method: 'POST', body, headers: { 'content-type': contentType }, duplex: 'half' }
  }

  test('hands the method, the authorization and the parsed form to the endpoint', async () => {
    const url = await serveHandler(echo)
    const body = new URLSearchParams('token=a+b&token=ü')
    const response = await fetch(url, { method: 'POST', body, headers: { authorization: 'Basic YTpi' } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([207, 'no-store'])
    const form = [
      ['token', 'a b'],
      ['token', 'ü'],
    ]
    expect(await response.json()).toEqual({ method: 'POST', authorization: 'Basic YTpi', form })
  })

  test.for([type, `${type};charset=UTF-8`, `${type} ; charset=utf-8`, type.toUpperCase()])(
    'reads %s',
    async (given) => {
      const response = await echo(new Request('https://api.example', post('token=a', given)))
      expect(await response.json()).toEqual({ method: 'POST', form: [['token', 'a']] })
    },
  )

  test.for(['text/plain', 'application/json', `${type}2`, `a; ${type}`])('does not read %s', async (given) => {
    const response = await echo(new Request('https://api.example', post('token=a', given)))
    expect(await response.json()).toEqual({ method: 'POST' })
  })

  test('reads characters that arrive in pieces', async () => {
    const pieces = [...new TextEncoder().encode('token=ü€')].map((byte) => Uint8Array.of(byte))
    const response = await echo(new Request('https://api.example', post(ReadableStream.from(pieces))))
    expect(await response.json()).toEqual({ method: 'POST', form: [['token', 'ü€']] })
  })

  test('reads no more than 100 KiB, and answers before the rest has come', async () => {
    const url = await serveHandler(echo)
    const longest = 'a'.repeat(limit - 'token='.length)
    const fits = await ask(url, post(`token=${longest}`))
    expect(fits.body).toEqual({ method: 'POST', form: [['token', longest]] })
    expect((await ask(url, post(`token=${longest}a`))).body).toEqual({ method: 'POST' })
    const chunk = new Uint8Array(limit + 1)
    let pulled = 0
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(chunk.slice(++pulled)) })
    const response = await echo(new Request('https://api.example', post(endless)))
    expect(await response.json()).toEqual({ method: 'POST' })
    expect(pulled).toBeLessThan(5)
  })

  test('hands over no form if the client broke off', async () => {
    const forms: unknown[] = []
    const url = new URL(
      await serveHandler(
        toHandler(async ({ form }) => {
          forms.push(await form())
          return { status: 400, headers: {} }
        }),
      ),
    )
    const socket = connect(Number(url.port), url.hostname)
    onTestFinished(() => void socket.destroy())
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: 100\r\n\r\ntoken=a`)
    await once(socket, 'connect')
    socket.end()
    await expect.poll(() => forms).toEqual([undefined])
  })

  test('rejects if the body was read before', async () => {
    const request = new Request('https://api.example', post('token=a'))
    await request.text()
    await expect(echo(request)).rejects.toThrow(TypeError)
  })

  test('sends an answer without a body', async () => {
    const url = await serveHandler(toHandler(async () => ({ status: 200, headers: { a: 'b' } })))
    const response = await fetch(url, { method: 'POST' })
    expect([response.status, response.headers.get('a'), await response.text()]).toEqual([200, 'b', ''])
    expect(response.headers.get('content-type')).toBe(null)
  })
})

function entriesOf(form: unknown): unknown {
  return form instanceof URLSearchParams ? [...form] : form
}
