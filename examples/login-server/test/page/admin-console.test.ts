import { expect, test } from 'vitest'
import { root } from '../open-server.ts'
import { idsOn, type PageClient, pageClient, twoDevices } from './page-client.ts'

const path = '/console/'

/** Asks a route of the console as its page does. */
async function ask({ cookie }: PageClient, url: string, route: string, body: object): Promise<unknown> {
  const headers = { cookie, 'x-revoked-console': '1', 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}api/${route}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return await response.json()
}

test('shows the console to administrators alone, and sends browsers without a session to the login', async () => {
  const { server, here } = await twoDevices()
  const admin = pageClient(server)
  expect((await admin.send(`GET ${path}`)).headers.get('location')).toBe('/devices')
  await admin.logIn(...root)
  expect(await admin.send(`GET ${path}`)).toMatchObject({ status: 200, text: expect.stringContaining('console') })
  expect((await here.send(`GET ${path}`)).status).toBe(403)
})

test('tells an administrator whose session an id is, and logs its device out', async () => {
  const { server, here, there } = await twoDevices()
  const admin = pageClient(server)
  await admin.logIn(...root)
  const [id = ''] = idsOn(await here.send('GET /devices'))
  const found = await ask(admin, server.url, 'lookup', { target: { session: id } })
  expect(found).toMatchObject({ subject: 'ada', sessions: [{ id }] })
  await ask(admin, server.url, 'close', { subject: 'ada', id, reason: 'device_lost' })
  const after = await ask(admin, server.url, 'lookup', { target: { session: id, ofSubject: 'ada' } })
  expect(after).toMatchObject({ sessions: [], marks: [{ scope: 'sid', reason: 'device_lost' }] })
  const pages = [await here.send('GET /devices'), await there.send('GET /devices')]
  expect(pages.filter(({ text }) => text.includes('1 device logged in'))).toHaveLength(1)
})
