import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openServer } from '../open-server.ts'
import { type DeviceOptions, keepPicture, launchBrowser, logIn, openDevice } from './open-browser.ts'

const agents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  iPhone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1',
  android: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36',
}

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

const looks = [390, 1_280].flatMap((width) =>
  (['light', 'dark'] as const).map(
    (colorScheme): Required<Pick<DeviceOptions, 'width' | 'colorScheme'>> => ({
      width,
      colorScheme,
    }),
  ),
)

/** Fails if the page is wider than the window. */
async function expectNoScrollbar(page: Page): Promise<void> {
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(overflow, 'px that the page is too wide').toBeLessThanOrEqual(0)
}

test.each(looks)('fits into a window of $width px, $colorScheme', { timeout: 60_000 }, async (look) => {
  const { url, outage } = await openServer()
  const keep = async (page: Page, name: string): Promise<void> => {
    await expectNoScrollbar(page)
    await keepPicture(page, `${name}-${look.width}-${look.colorScheme}`)
  }
  const laptop = await openDevice(browser, url, { ...look, userAgent: agents.firefox })
  await laptop.goto('/devices')
  await keep(laptop, 'login')
  await laptop.getByLabel('User name').fill('ada')
  await laptop.getByLabel('Password').fill('wrong')
  await laptop.getByRole('button', { name: 'Log in' }).click()
  await laptop.getByText('is wrong').waitFor()
  await keep(laptop, 'login-refused')
  await logIn(laptop)
  await keep(laptop, 'devices-one')

  const phone = await openDevice(browser, url, { ...look, userAgent: agents.iPhone })
  const other = await openDevice(browser, url, { ...look, userAgent: agents.android })
  for (const page of [phone, other]) await logIn(page)
  await laptop.reload()
  await keep(laptop, 'devices-three')
  await laptop.keyboard.press('Tab')
  await keep(laptop, 'devices-skip-link')
  await laptop.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
  await laptop.getByText('The device is logged out.').waitFor()
  await keep(laptop, 'devices-closed')
  await phone.getByText('This device was logged out').waitFor()
  await keep(phone, 'logged-out')

  const desk = await openDevice(browser, url, look)
  await logIn(desk, 'root', 'keys-to-the-house')
  await desk.getByRole('link', { name: 'Users' }).click()
  await desk.getByRole('heading', { name: 'Sessions of a user' }).waitFor()
  await keep(desk, 'admin')
  await desk.getByLabel('User name').fill('ada')
  await desk.getByRole('button', { name: 'Show sessions' }).click()
  await desk.getByText('2 sessions of ada').waitFor()
  await keep(desk, 'admin-sessions')
  outage.condition = 'failing'
  await desk.reload()
  await desk.getByText('Please try again').waitFor()
  await keep(desk, 'unavailable')
})
