import { setTimeout as sleep } from 'node:timers/promises'
import { memoryStore } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { ada, type OpenServer, openServer, root } from './open-server.ts'

async function linkFor({ send }: OpenServer, token: string): Promise<string> {
  const { link } = (await (await send('POST /links', { token })).json()) as { link: string }
  return link
}

test('lets exactly one of two simultaneous downloads succeed', async () => {
  const store = memoryStore()
  const server = await openServer({
    ...store,
    // Late enough that both are checked before either is redeemed.
    find: async (keys) => {
      const found = store.find(keys)
      await sleep(50)
      return found
    },
  })
  const link = await linkFor(server, await server.login(...ada))
  const responses = await Promise.all([server.send(`GET ${link}`), server.send(`GET ${link}`)])
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 401])
})

test('refuses a link as a session token, and a session token as a link', async () => {
  const server = await openServer()
  const token = await server.login(...ada)
  const link = await linkFor(server, token)
  expect((await server.send('GET /me', { token: link.split('=').at(-1) ?? '' })).status).toBe(401)
  expect((await server.send(`GET /download?token=${token}`)).status).toBe(401)
})

test('ends the links of a user at a logout and at a ban', async () => {
  const server = await openServer()
  const token = await server.login(...ada)
  const [first, second] = [await linkFor(server, token), await linkFor(server, await server.login(...ada))]
  await server.send('POST /logout', { token })
  expect((await server.send(`GET ${first}`)).status).toBe(401)
  await server.send('POST /admin/ban', { token: await server.login(...root), json: { user: 'ada' } })
  expect((await server.send(`GET ${second}`)).status).toBe(401)
})

test('answers 400 to a request with no token, or more than one', async () => {
  const { send } = await openServer()
  expect((await send('GET /download')).status).toBe(400)
  expect((await send('GET /download?token=a&token=b')).status).toBe(400)
})
