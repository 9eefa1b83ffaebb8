import { memorySessions, memoryStore } from '@revoked/store-memory'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../src/server.ts'
import { ada, ben, openServer, passwordCost } from '../open-server.ts'
import { idsOn, type PageClient, pageClient, twoDevices } from './page-client.ts'
import { serversOverRedis } from './servers-over-redis.ts'

const wrong = { user: 'ada', password: 'wrong' }

describe('the list', () => {
  test('shows the devices of the user, its own marked and the others by their last use', async () => {
    const { here, server } = await twoDevices()
    await pageClient(server).logIn(...ada)
    await pageClient(server, 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0').logIn(...ben)
    const { text } = await here.send('GET /devices')
    expect(text).toContain('3 devices logged in')
    const names = [...text.matchAll(/<bdi>(.*?)<\/bdi>(.*)<\/h3>/g)].map(
      ([, name, badge]) => name + (badge ? ' *' : ''),
    )
    expect(names).toEqual(['Firefox on Linux *', 'curl', 'Safari on iPhone'])
  })

  test.each([
    ['hides characters that turn the direction of text', 'phone\u202e\u0000evil', 'phone evil'],
    ['cuts a long name', 'ä'.repeat(2_000), 'ä'.repeat(80)],
    ['shows markup as text', '<b>phone', '&lt;b&gt;phone'],
  ])('%s in what a client says of its device', async (_, device, shown) => {
    const { here, server } = await twoDevices()
    await server.send('POST /login', { json: { user: ada[0], password: ada[1], device } })
    expect((await here.send('GET /devices')).text).toContain(`<bdi>${shown}</bdi>`)
  })

  test('has the logins of the API as well, whose tokens are refused after a logout here', async () => {
    const { here, server } = await twoDevices()
    const token = await server.login(...ada)
    const page = await here.send('GET /devices')
    expect(page.text).toContain('3 devices logged in')
    const [, id = ''] = idsOn(page)
    await here.send('POST /devices/close', { form: { id } })
    expect((await server.send('GET /me', { token })).status).toBe(401)
  })

  test('is answered with 503 while it cannot be read', async () => {
    const sessionStore = { ...memorySessions() }
    const server = await startServer({ store: memoryStore(), sessionStore, passwordCost })
    onTestFinished(server.close)
    const client = pageClient(server)
    await client.logIn(...ada)
    sessionStore.list = () => Promise.reject(new Error('connect ECONNREFUSED'))
    const { status, text } = await client.send('GET /devices')
    expect(status).toBe(503)
    expect(text).not.toContain('ECONNREFUSED')
  })

  test('is shared over Redis, and so is a logout', async () => {
    const [here, there] = (await serversOverRedis('redis')).map((url) => pageClient({ url })) as [
      PageClient,
      PageClient,
    ]
    for (const client of [here, there]) await client.logIn(...ada)
    const page = await here.send('GET /devices')
    expect(page.text).toContain('2 devices logged in')
    await here.send('POST /devices/close-others', { form: {} })
    expect((await there.send('GET /devices')).text).toContain('This device was logged out')
  })

  test('is for those who are logged in', async () => {
    const { text, status } = await pageClient(await openServer()).send('GET /devices')
    expect(status).toBe(200)
    expect(text).toContain('>Log in</h1>')
  })
})

describe('a logout', () => {
  test('of another device is refused there at once, and says so', async () => {
    const { here, there } = await twoDevices()
    const [, id = ''] = idsOn(await here.send('GET /devices'))
    const answer = await here.send('POST /devices/close', { form: { id } })
    expect(answer.headers.get('location')).toBe('/devices?done=closed')
    expect(idsOn(await here.send('GET /devices'))).toHaveLength(1)
    expect((await there.send('GET /devices')).text).toContain('This device was logged out')
    expect(there.cookie).toBe('session=')
  })

  test('of all others leaves this one', async () => {
    const { here, there, server } = await twoDevices()
    const third = pageClient(server)
    await third.logIn(...ada)
    await here.send('POST /devices/close-others', { form: {} })
    expect(idsOn(await here.send('GET /devices'))).toHaveLength(1)
    for (const device of [there, third]) expect((await device.send('GET /devices')).text).toContain('Log in again')
  })

  test('of this device deletes its cookie, and its token is refused', async () => {
    const { here } = await twoDevices()
    const { cookie } = here
    await here.send('POST /devices/logout', { form: {} })
    expect(here.cookie).toBe('session=')
    here.cookie = cookie
    expect((await here.send('GET /devices')).text).toContain('This device was logged out')
  })

  test('does not reach the device of another user', async () => {
    const { here, server } = await twoDevices()
    const other = pageClient(server)
    await other.logIn(...ben)
    const [id = ''] = idsOn(await other.send('GET /devices'))
    await here.send('POST /devices/close', { form: { id } })
    expect((await other.send('GET /devices')).text).toContain('1 device logged in')
  })

  test('is not confirmed while the store is down, and keeps the cookie', async () => {
    const { here, server } = await twoDevices()
    server.outage.condition = 'failing'
    const { cookie } = here
    const answer = await here.send('POST /devices/logout', { form: {} })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.text).toContain('Please try again')
    expect(here.cookie).toBe(cookie)
    server.outage.condition = 'up'
    expect((await here.send('GET /devices')).text).toContain('2 devices logged in')
  })
})

describe('a new password', () => {
  test('logs out all others, and is the one that counts from then on', async () => {
    const { here, there, server } = await twoDevices()
    const form = { current: 'analytical-engine', next: 'difference-engine' }
    expect((await here.send('POST /devices/password', { form })).headers.get('location')).toBe('/devices?done=password')
    expect((await here.send('GET /devices')).text).toContain('1 device logged in')
    expect((await there.send('GET /devices')).text).toContain('This device was logged out')
    const old = await pageClient(server).send('POST /devices/login', {
      form: { user: 'ada', password: 'analytical-engine' },
    })
    expect(old.status).toBe(403)
    await pageClient(server).logIn('ada', 'difference-engine')
  })

  test('says so if the others could not be logged out, which a retry completes', async () => {
    const store = memoryStore()
    const { record } = store
    const server = await startServer({ store, passwordCost })
    onTestFinished(server.close)
    const [here, there] = [pageClient(server), pageClient(server)]
    for (const device of [here, there]) await device.logIn(...ada)
    store.record = () => Promise.reject(new Error('read only'))
    const form = { current: 'analytical-engine', next: 'difference-engine' }
    const answer = await here.send('POST /devices/password', { form })
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('The other devices may still be logged in')
    store.record = record
    await here.send('POST /devices/close-others', { form: {} })
    expect((await there.send('GET /devices')).text).toContain('This device was logged out')
  })

  test.each([
    ['without the current one', { current: 'wrong', next: 'difference-engine' }, 403, 'current password is wrong'],
    ['of less than 8 characters', { current: 'analytical-engine', next: '1234567' }, 422, 'at least 8 characters'],
  ])('is refused %s, and changes nothing', async (_, form, status, text) => {
    const { here, there } = await twoDevices()
    const answer = await here.send('POST /devices/password', { form })
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
    expect((await there.send('GET /devices')).text).toContain('2 devices logged in')
  })
})

describe('a login', () => {
  test('answers an unknown user exactly as a wrong password', async () => {
    const client = pageClient(await openServer())
    const answer = await client.send('POST /devices/login', { form: wrong })
    expect(answer.status).toBe(403)
    const other = await client.send('POST /devices/login', { form: { ...wrong, user: 'eve' } })
    expect(other.text.replace('"eve"', '"ada"')).toBe(answer.text)
    expect(client.cookie).toBe('')
  })

  test('in a browser that is logged in already ends its session before', async () => {
    const { here } = await twoDevices()
    await here.logIn(...ada)
    expect((await here.send('GET /devices')).text).toContain('2 devices logged in')
  })
})

test('shows what users type as text and never as markup', async () => {
  const form = { user: '"><script>alert(1)</script>', password: 'x' }
  const { text } = await pageClient(await openServer()).send('POST /devices/login', { form })
  expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
  expect(text).not.toContain('<script>')
})

test('shows nothing of an address, and nothing of the header of a device', async () => {
  const { server } = await twoDevices()
  const client = pageClient(server, '<b>Firefox/1</b> <i>Linux</i>')
  await client.logIn(...ada)
  const { text } = await client.send('GET /devices?done=<b>done</b>')
  expect(text).toContain('Firefox on Linux')
  expect(text).not.toMatch(/<b>|done/)
})
