import { seriousFindings } from '@revoked/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openServer } from '../open-server.ts'
import { type DeviceOptions, launchBrowser, logIn, openDevice } from './open-browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

// Colours depend on the scheme alone, and the layout on the width alone.
const looks: DeviceOptions[] = [
  { width: 390, colorScheme: 'dark' },
  { width: 1_280, colorScheme: 'light' },
]

const expectAccessible = async (page: Page): Promise<void> => expect(await seriousFindings(page)).toEqual([])

describe.each(looks)('in a window of $width px, $colorScheme, axe finds nothing serious on', (look) => {
  test('the login, before and after a wrong password', { timeout: 30_000 }, async () => {
    const { url } = await openServer()
    const page = await openDevice(browser, url, look)
    await page.goto('/devices')
    await expectAccessible(page)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('is wrong').waitFor()
    await expectAccessible(page)
  })

  test('/devices, with the message of a logout', { timeout: 30_000 }, async () => {
    const { url } = await openServer()
    const [page, other] = [await openDevice(browser, url, look), await openDevice(browser, url, look)]
    for (const device of [other, page]) await logIn(device)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Log out the other device' }).click()
    await page.getByText('All other devices are logged out.').waitFor()
    await expectAccessible(page)
  })

  test('/admin, with and without sessions, and the page of an outage', { timeout: 30_000 }, async () => {
    const { url, outage } = await openServer()
    const [page, device] = [await openDevice(browser, url, look), await openDevice(browser, url, look)]
    await logIn(device)
    await logIn(page, 'root', 'keys-to-the-house')
    await page.goto('/admin')
    await expectAccessible(page)
    await page.goto('/admin/sessions?user=ada')
    await page.getByText('1 session of ada').waitFor()
    await expectAccessible(page)
    await page.goto('/admin/sessions?user=nobody')
    await expectAccessible(page)
    outage.condition = 'failing'
    await page.reload()
    await page.getByText('Please try again').waitFor()
    await expectAccessible(page)
  })
})

test('axe finds a page that is hard to read, and a field without a name', { timeout: 30_000 }, async () => {
  const { url } = await openServer()
  const page = await openDevice(browser, url)
  await page.goto('/devices')
  await page.evaluate(`document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ccc'`)
  expect(await seriousFindings(page)).toEqual([
    expect.stringMatching(/^color-contrast: .*: #title /),
    expect.stringMatching(/^label: .*: #user /),
  ])
})
