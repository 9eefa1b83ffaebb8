import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openServer } from '../open-server.ts'
import { launchBrowser, logIn, openDevice } from './open-browser.ts'
import { serversOverRedis } from './servers-over-redis.ts'

const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1'

vi.setConfig({ testTimeout: 30_000 })

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

/** Opens two devices of ada, each with its own cookies, that are logged in. */
async function twoDevices(script = true): Promise<{ url: string; laptop: Page; phone: Page }> {
  const { url } = await openServer()
  const laptop = await openDevice(browser, url, { script })
  const phone = await openDevice(browser, url, { script, width: 390, userAgent: iPhone })
  await logIn(phone)
  await logIn(laptop)
  return { url, laptop, phone }
}

const loggedOut = (page: Page) => page.getByText('This device was logged out')
const devicesOf = (page: Page) => page.locator('.session')

test('a window without its stream shows on the next focus that its session is over', async () => {
  const { laptop, phone } = await twoDevices()
  // From now on, the script learns nothing by itself.
  await phone.route('**/events', (route) => route.abort())
  await phone.reload()
  await laptop.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
  await laptop.getByText('The device is logged out.').waitFor()
  await phone.evaluate("window.dispatchEvent(new Event('focus'))")
  await loggedOut(phone).waitFor()
})

describe.each([
  ['with its script', true],
  ['without a script', false],
])('the page %s', (_, script) => {
  test('lists both devices, marks its own, and logs out the other one', async () => {
    const { laptop, phone } = await twoDevices(script)
    expect(await devicesOf(laptop).allTextContents()).toEqual([
      expect.stringContaining('This device'),
      expect.stringContaining('Safari on iPhone'),
    ])
    await laptop.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
    await laptop.getByText('The device is logged out.').waitFor()
    expect(await devicesOf(laptop).count()).toBe(1)
    // The script shows it by itself.
    if (!script) await phone.reload()
    await loggedOut(phone).waitFor()
  })

  test('changes the password, which logs out the other device', async () => {
    const { laptop, phone } = await twoDevices(script)
    await laptop.getByLabel('Current password').fill('analytical-engine')
    await laptop.getByLabel('New password').fill('difference-engine')
    await laptop.getByRole('button', { name: 'Change the password' }).click()
    await laptop.getByText('The password is changed').waitFor()
    expect(await devicesOf(laptop).count()).toBe(1)
    if (!script) await phone.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
    await phone.getByRole('heading', { name: 'Log in' }).waitFor()
    await logIn(phone, 'ada', 'difference-engine')
  })

  test('lets an administrator end the sessions of a user', async () => {
    const { url, laptop, phone } = await twoDevices(script)
    const desk = await openDevice(browser, url, { script })
    await logIn(desk, 'root', 'keys-to-the-house')
    await desk.getByRole('link', { name: 'Users' }).click()
    await desk.getByLabel('User name').fill('ada')
    await desk.getByRole('button', { name: 'Show sessions' }).click()
    await desk.getByRole('button', { name: 'End Safari on iPhone' }).click()
    await desk.getByText('1 session of ada').waitFor()
    if (!script) await phone.reload()
    await loggedOut(phone).waitFor()
    await laptop.reload()
    await laptop.getByText('1 device logged in').waitFor()
  })
})

describe('another window', () => {
  test.each([
    ['its device is logged out', 'Log out Safari on iPhone'],
    ['all others are logged out', 'Log out the other device'],
  ])('shows within a second that %s', async (_, button) => {
    const { laptop, phone } = await twoDevices()
    const start = performance.now()
    await laptop.getByRole('button', { name: button }).click()
    await loggedOut(phone).waitFor({ timeout: 1_000 })
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(await phone.getByRole('heading', { level: 1 }).textContent()).toBe('Log in')
    // It is announced, and reached by the keyboard.
    expect(await phone.locator('#notice').textContent()).toContain('This device was logged out')
    expect(await phone.evaluate('document.activeElement.id')).toBe('title')
  })

  test.each(['redis', 'layered', 'mirror'])(
    'on another server over %s shows within a second that it is logged out',
    async (name) => {
      const [here, there] = await serversOverRedis(name)
      const laptop = await openDevice(browser, here)
      const phone = await openDevice(browser, there, { width: 390, userAgent: iPhone })
      for (const page of [phone, laptop]) await logIn(page)
      const start = performance.now()
      await laptop.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
      await loggedOut(phone).waitFor({ timeout: 1_000 })
      expect(performance.now() - start).toBeLessThan(1_000)
    },
  )

  test('stays as it is if another device is logged out', async () => {
    const { url, laptop, phone } = await twoDevices()
    const tablet = await openDevice(browser, url, { userAgent: 'Mozilla/5.0 (Android 15) Firefox/140.0' })
    await logIn(tablet)
    await laptop.reload()
    await laptop.getByRole('button', { name: 'Log out Firefox on Android' }).click()
    await loggedOut(tablet).waitFor({ timeout: 1_000 })
    expect(await loggedOut(phone).count()).toBe(0)
    expect(await phone.getByRole('heading', { level: 1 }).textContent()).toBe('Your devices')
  })
})

test('shows no script error and breaks no rule of its policy', async () => {
  const { url } = await openServer()
  const page = await openDevice(browser, url)
  const problems: string[] = []
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && problems.push(message.text())))
  page.on('pageerror', (error) => void problems.push(error.message))
  await logIn(page)
  await page.getByRole('button', { name: 'Log out', exact: true }).first().click()
  await page.getByText('You are logged out.').waitFor()
  expect(problems).toEqual([])
})

test('cannot be driven by a page of another origin', async () => {
  const { url, laptop, phone } = await twoDevices()
  const evil = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<form method="post" action="${url}/devices/close-others"></form><script>
      document.forms[0].submit()</script>`)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void evil.close())
  await once(evil, 'listening')
  // Another port is another origin of the same site, so the cookie is sent.
  await laptop.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
  await laptop.getByText('Not allowed').waitFor()
  await phone.reload()
  await phone.getByText('2 devices logged in').waitFor()
})
