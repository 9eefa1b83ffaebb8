/** Handlers of the Fetch Standard behind the `toHandler` of every adapter. */
import { request } from 'node:http'
import { toHandler } from '@revoked/http/express'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { WebHandler } from '../../src/endpoints/web-handler.ts'
import { listen } from '../support/listen.ts'
import { servers } from '../support/logout-servers.ts'

/** Answers with what it was asked. */
const echo: WebHandler = {
  fetch: async (asked, context) => {
    const { method, url, headers } = asked
    const body = await asked.text()
    const seen = { method, url, body, type: headers.get('content-type'), mark: headers.get('x-mark'), has: !!context }
    const answer = Response.json(seen, { status: 202, headers: { 'x-echo': 'yes', 'content-security-policy': 'a; b' } })
    for (const cookie of ['a=1', 'b=2']) answer.headers.append('set-cookie', cookie)
    return answer
  },
}

const bytes: WebHandler = {
  fetch: () => new Response(Uint8Array.of(0, 255, 128), { headers: { 'content-type': 'image/x-test' } }),
}

describe.each(servers)('%s', (name, start) => {
  async function serve(handler: WebHandler): Promise<string> {
    const { url, close } = await start(handler)
    onTestFinished(close)
    return url
  }

  test('passes on the request, its body included, and the whole answer', async () => {
    const url = await serve(echo)
    const headers = { 'content-type': 'application/json', 'x-mark': 'm' }
    const body = JSON.stringify({ subject: 'ünï"<' })
    const response = await fetch(`${url}/?q=%2F&q=2`, { method: 'POST', headers, body })
    const { url: asked, ...seen } = (await response.json()) as { url: string }
    expect(new URL(asked).search).toBe('?q=%2F&q=2')
    expect(seen).toMatchObject({ method: 'POST', body, type: 'application/json', mark: 'm' })
    expect(seen).toMatchObject({ has: name !== 'the Fetch Standard' })
    expect(response.status).toBe(202)
    expect(response.headers.get('x-echo')).toBe('yes')
    expect(response.headers.get('content-security-policy')).toBe('a; b')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('leaves bytes and their type as they are', async () => {
    const response = await fetch(await serve(bytes))
    expect(response.headers.get('content-type')).toBe('image/x-test')
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128])
  })

  test('answers an empty body with one', async () => {
    const response = await fetch(await serve({ fetch: () => new Response(null, { status: 204 }) }))
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 204, text: '' })
  })

  test('leaves a defect of the handler to the framework', async () => {
    const response = await fetch(await serve({ fetch: () => Promise.reject(new Error('S3CRET')) }))
    expect(response.status).toBe(500)
  })
})

describe('in front of Node', () => {
  async function serveExpress(handler: WebHandler): Promise<string> {
    const { url, close } = await listen(
      express().use(express.json(), express.urlencoded()).use('/at', toHandler(handler)),
    )
    onTestFinished(close)
    return url
  }

  test('a body that was parsed before is passed on', async () => {
    const url = `${await serveExpress(echo)}/at/a`
    const json = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{ "a": [1] }',
    })
    expect(await json.json()).toMatchObject({ body: '{"a":[1]}' })
    const form = await fetch(url, { method: 'POST', body: new URLSearchParams('a=1&a=2&b=%26') })
    expect(await form.json()).toMatchObject({ body: 'a=1&a=2&b=%26' })
  })

  test('the path is the whole one, below the mount too', async () => {
    const response = await fetch(`${await serveExpress(echo)}/at/a/b?c`)
    expect(await response.json()).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/at\/a\/b\?c$/),
    })
  })

  test('a body of more than 1 MiB is refused, unread by the handler', async () => {
    const body = 'a'.repeat(1_024 * 1_024 + 1)
    const response = await fetch(`${await serveExpress(echo)}/at`, {
      method: 'POST',
      headers: { 'content-type': 'a/b' },
      body,
    })
    expect(response.status).toBe(413)
  })

  test.each(['evil.example/x?', 'user@evil.example', 'a b', '[::1', 'x:99999'])(
    'a Host of %j does not become another address',
    async (host) => {
      const { port } = new URL(await serveExpress(echo))
      const url = await new Promise<string>((resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', path: '/at//evil.example/', headers: { host } }, (answer) => {
          let text = ''
          answer.on('data', (chunk) => {
            text += chunk
          })
          answer.on('end', () => resolve(answer.statusCode === 400 ? 'refused by Node' : JSON.parse(text).url))
        })
        sent.on('error', reject).end()
      })
      expect(['refused by Node', 'http://localhost/at//evil.example/']).toContain(url)
    },
  )
})
