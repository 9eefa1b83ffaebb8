import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { browserBinary } from '@revoked/testing'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

/** The folder that screenshots are written to, which git ignores. */
const artefacts = fileURLToPath(new URL('../../artefacts/', import.meta.url))

/** Starts the browser of this machine, without a window. */
export async function launchBrowser(): Promise<Browser> {
  const { path } = await browserBinary()
  return await chromium.launch({ executablePath: path })
}

/** How a device looks at the page. */
export interface DeviceOptions {
  readonly script?: boolean
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly userAgent?: string
}

/**
 * Opens a device: a context with cookies of its own. The test fails if the page reports an error,
 * such as a script that the policy of the page refuses.
 */
export async function openDevice(browser: Browser, url: string, options: DeviceOptions = {}): Promise<Page> {
  const { script = true, width = 1_280, colorScheme = 'light', userAgent } = options
  const context: BrowserContext = await browser.newContext({
    baseURL: url,
    javaScriptEnabled: script,
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme,
    ...(userAgent !== undefined && { userAgent }),
  })
  context.setDefaultTimeout(5_000)
  onTestFinished(() => context.close())
  return await context.newPage()
}

/** Fills in the login form of the page and sends it. */
export async function logIn(page: Page, user = 'ada', password = 'analytical-engine'): Promise<void> {
  await page.goto('/devices')
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Your devices' }).waitFor()
}

/** Keeps a picture of the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true })
  await page.screenshot({ path: `${artefacts}${name}.png`, fullPage: true })
}
