/** The list of sessions, without which tokens do not pass. */
import type { SessionStore } from '@revoked/core/sessions'
import { expect, test } from 'vitest'
import { ada, openServer } from './open-server.ts'
import { twoDevices } from './page/page-client.ts'

/** Removes all sessions from the list and revokes nothing, as when they expire. */
async function forgetAll(list: SessionStore): Promise<void> {
  await list.closeAll('ada', { openedUntil: Date.now() + 1_000 })
}

test('a token of the API is refused once its session is not listed any more', async () => {
  const { send, login, list } = await openServer()
  const token = await login(...ada)
  expect((await send('GET /me', { token })).status).toBe(200)
  await forgetAll(list)
  expect((await send('GET /me', { token })).status).toBe(401)
})

test('a page says that its session has expired, though nothing was revoked', async () => {
  const { here, server } = await twoDevices()
  await forgetAll(server.list)
  expect((await here.send('GET /devices/events')).text).toContain('event: end\ndata: logged_out')
  expect((await here.send('GET /devices')).text).toContain('This device was logged out')
})

test('a link passes without the list, on which only sessions are', async () => {
  const { url, send, login, list } = await openServer()
  const { link } = (await (await send('POST /links', { token: await login(...ada) })).json()) as { link: string }
  await forgetAll(list)
  expect((await fetch(new URL(link, url))).status).toBe(200)
})

test('a list that is down is answered with 503, and never read as not listed', async () => {
  const { send, login, list, outage } = await openServer()
  const token = await login(...ada)
  await forgetAll(list)
  await outage.become('failing')
  expect((await send('GET /me', { token })).status).toBe(503)
})
