import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, onTestFinished, test } from 'vitest'
import { tokens } from '../src/accounts.ts'
import { bearer, createClient } from './client.ts'
import { serve } from './load-example.ts'

async function start() {
  const url = await serve('mcp')
  const send = createClient(url)
  const { body } = await send('POST /login', { json: { user: 'ada', password: 'analytical-engine' } })
  const { accessToken } = body as { accessToken: string }
  return { url, send, accessToken }
}

/** Connects the client of the SDK. */
async function connect(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'assistant', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

test('a tool learns who calls it, until the token is revoked', async () => {
  const { url, send, accessToken } = await start()
  const client = await connect(url, accessToken)
  const whoami = () => client.callTool({ name: 'whoami' })
  expect(await whoami()).toMatchObject({ content: [{ text: 'ada by assistant' }] })

  expect(await send('POST /logout', bearer(accessToken))).toMatchObject({ status: 204 })
  await expect(whoami()).rejects.toMatchObject({ code: 401 })
})

test('a token without the scope is refused with 403', async () => {
  const { url } = await start()
  const token = await tokens.issue({ sub: 'ada', client_id: 'assistant', scope: 'mcp:read' })
  await expect(connect(url, token)).rejects.toMatchObject({ code: 403 })
})

test('a request without a token is refused with 401', async () => {
  const { send } = await start()
  expect(await send('POST /mcp', { json: {} })).toMatchObject({
    status: 401,
    challenge: expect.stringMatching(/^Bearer error="invalid_token"/),
  })
})
