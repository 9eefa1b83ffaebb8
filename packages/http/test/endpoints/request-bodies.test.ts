import { once } from 'node:events'
import { connect } from 'node:net'
import { type Endpoint, logoutEndpoint } from '@revoked/http'
import { revocationEndpoint } from '@revoked/http/oauth'
import { describe, expect, onTestFinished, test } from 'vitest'
import { servers, streamingServers } from '../support/logout-servers.ts'
import { authenticateClient, basic, createOAuthWorld } from '../support/oauth-setup.ts'
import { secrets } from '../support/setup.ts'

const { tokens } = createOAuthWorld()
const formType = 'application/x-www-form-urlencoded'
const maxBytes = 100 * 1_024

/** Those whose `toHandler` reads the body itself. The others have parsed it before. */
const reading = [...servers.filter(([name]) => /^(?:Express|Koa|Hono|the Fetch)/.test(name)), ...streamingServers]

/** The endpoint that authenticates the client, and counts how often it asks. */
function countingEndpoint() {
  const asked: unknown[] = []
  const endpoint = revocationEndpoint({
    tokens,
    authenticateClient: (credentials, request) => {
      asked.push(credentials)
      return authenticateClient(credentials, request)
    },
    timeout: '300ms',
  })
  return { asked, endpoint }
}

describe.for(servers)('served by %s', ([, start]) => {
  async function toHandler(endpoint: Endpoint) {
    const { url, close } = await start(endpoint)
    onTestFinished(close)
    return (body: string, type = formType) =>
      fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': type, authorization: basic('web') },
        signal: AbortSignal.timeout(5_000),
      })
  }

  test.for(['application/json', 'text/plain'])('a token in a body of type %s is refused', async (type) => {
    const { asked, endpoint } = countingEndpoint()
    const send = await toHandler(endpoint)
    const token = await tokens.issue({ sub: secrets.subject })
    const { status } = await send(type === 'text/plain' ? `token=${token}` : JSON.stringify({ token }), type)
    expect([400, 415]).toContain(status)
    expect(asked).toEqual([])
    await tokens.verify(token)
  })

  test('a form that is too long is refused before the client is authenticated', async () => {
    const { asked, endpoint } = countingEndpoint()
    const send = await toHandler(endpoint)
    const { status } = await send(`token=${'a'.repeat(maxBytes)}`)
    expect([400, 413, 415]).toContain(status)
    expect(asked).toEqual([])
  })
})

describe.for(reading)('served by %s, which leaves the body to the endpoint', ([, start]) => {
  /** Sends the head of a request, and of its body only a beginning. Returns what comes back. */
  async function begin(endpoint: Endpoint, authorization: string): Promise<string> {
    const { url, close } = await start(endpoint)
    const { port, hostname, host } = new URL(url)
    const socket = connect(Number(port), hostname)
    onTestFinished(async () => {
      socket.destroy()
      await close()
    })
    await once(socket, 'connect')
    const head = ['POST / HTTP/1.1', `host: ${host}`, `content-type: ${formType}`, `authorization: ${authorization}`]
    socket.write([...head, 'content-length: 400000000', '', 'token=a'].join('\r\n'))
    const [chunk] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })
    return String(chunk).split('\r\n')[0] ?? ''
  }

  test('a form is read', async () => {
    const { url, close } = await start(countingEndpoint().endpoint)
    onTestFinished(close)
    const token = await tokens.issue({ sub: secrets.subject, client_id: 'web' })
    const body = new URLSearchParams({ token })
    expect(await fetch(url, { method: 'POST', body, headers: { authorization: basic('web') } })).toMatchObject({
      status: 200,
    })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  test('a body that does not end is answered 408 at the timeout, and is no outage', async () => {
    const { asked, endpoint } = countingEndpoint()
    expect(await begin(endpoint, basic('web'))).toMatch(/^HTTP\/1.1 408 /)
    expect(asked).toEqual([])
  })

  test('a logout does not wait for the body', async () => {
    const { accessToken } = await tokens.issuePair({ sub: secrets.subject })
    const endpoint = logoutEndpoint({ tokens, timeout: '4s' })
    expect(await begin(endpoint, `Bearer ${accessToken}`)).toMatch(/^HTTP\/1.1 204 /)
    await expect(tokens.verify(accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })
})
