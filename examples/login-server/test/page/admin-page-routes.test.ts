import { expect, test } from 'vitest'
import { root } from '../open-server.ts'
import { idsOn, pageClient, twoDevices } from './page-client.ts'

async function withAdmin() {
  const devices = await twoDevices()
  const admin = pageClient(devices.server)
  await admin.logIn(...root)
  return { ...devices, admin }
}

test('shows an administrator the sessions of a user, and ends one of them', async () => {
  const { admin, here, there } = await withAdmin()
  const page = await admin.send('GET /admin/sessions?user=ada')
  expect(page.text).toContain('2 sessions of <bdi>ada</bdi>')
  expect(page.text).not.toContain('This device')
  const [latest = ''] = idsOn(page)
  const answer = await admin.send('POST /admin/sessions/close', { form: { user: 'ada', id: latest } })
  expect(answer.headers.get('location')).toBe('/admin/sessions?user=ada&done=ended')
  expect((await there.send('GET /devices')).text).toContain('This device was logged out')
  expect((await here.send('GET /devices')).text).toContain('1 device logged in')
})

test('ends all sessions of a user', async () => {
  const { admin, here, there } = await withAdmin()
  await admin.send('POST /admin/sessions/close-all', { form: { user: 'ada' } })
  for (const device of [here, there]) expect((await device.send('GET /devices')).text).toContain('Log in again')
  expect((await admin.send('GET /admin/sessions?user=ada')).text).toContain('0 sessions of')
})

test('says that there is no such user, in text', async () => {
  const { admin } = await withAdmin()
  const { text } = await admin.send('GET /admin/sessions?user=%3Cb%3Eeve')
  expect(text).toContain('There is no user <bdi>&lt;b&gt;eve</bdi>')
})

test.each(['GET /admin/sessions?user=ben', 'POST /admin/sessions/close', 'POST /admin/sessions/close-all'])(
  '%s is for administrators',
  async (request) => {
    const { here, there, server } = await withAdmin()
    const [id = ''] = idsOn(await here.send('GET /devices'))
    const form = request.startsWith('POST') ? { form: { user: 'ada', id } } : {}
    expect((await there.send(request, form)).status).toBe(403)
    expect((await pageClient(server).send(request, form)).headers.get('location')).toBe('/devices')
    expect((await here.send('GET /devices')).text).toContain('2 devices logged in')
  },
)
