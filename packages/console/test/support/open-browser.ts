import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { toHandler } from '@revoked/http/express'
import { browserBinary } from '@revoked/testing'
import express from 'express'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { Console, ConsoleRole } from '../../src/index.ts'

/** The folder that screenshots are written to, which git ignores. */
const artefacts = fileURLToPath(new URL('../../artefacts/', import.meta.url))

/** The pictures of the documentation. They are written if `REVOKED_PICTURES` is `docs`. */
const docsFolder = fileURLToPath(new URL('../../../../docs/public/console/', import.meta.url))

/** Starts the browser of this machine, without a window. */
export async function launchBrowser(): Promise<Browser> {
  const { path } = await browserBinary()
  return await chromium.launch({ executablePath: path })
}

/** Serves a console on a free port of 127.0.0.1 while the test runs. */
export async function serve(handle: Console): Promise<string> {
  const server = express().use('/console', toHandler(handle)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** How somebody looks at the page. */
export interface Look {
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
}

/** All looks that pictures are taken of. */
export const looks: readonly Look[] = [390, 1_280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

/** A page, and what went wrong on it. */
export interface OpenPage {
  readonly page: Page
  /** Script errors, broken rules of the policy, dialogs, and requests to other origins. */
  readonly complaints: string[]
}

interface HowToOpen {
  readonly role?: ConsoleRole
  readonly look?: Look
  /** Whether the test moves the clock of the page. */
  readonly hasClock?: boolean
}

/** Opens the console as somebody with a role. */
export async function openPage(
  browser: Browser,
  url: string,
  { role = 'admin', look = { width: 1_280, colorScheme: 'light' }, hasClock = false }: HowToOpen = {},
): Promise<OpenPage> {
  const { width, colorScheme } = look
  const viewport = { width, height: width < 600 ? 844 : 800 }
  const context = await browser.newContext({ baseURL: url, colorScheme, viewport, reducedMotion: 'reduce' })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(5_000)
  await context.addCookies([{ name: 'role', value: role, url }])
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`request: ${request.url()}`)
  })
  if (hasClock) await page.clock.install()
  await page.goto('/console/')
  await page.getByRole('heading', { level: 1, name: 'Look up' }).waitFor()
  return { page, complaints }
}

/** Looks something up. */
export async function lookUp(page: Page, id: string, kind = 'subject'): Promise<void> {
  await page.getByLabel('Look up a').selectOption(kind)
  await page.getByLabel('Id', { exact: true }).fill(id)
  await page.getByRole('button', { name: 'Look up', exact: true }).click()
  await page.getByRole('heading', { name: 'What is revoked, and why' }).waitFor()
}

/** Fills in the dialog that asks for a reason, and goes on. */
export async function confirm(page: Page, reason = 'support_request', typed?: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(reason)
  if (typed !== undefined) await dialog.getByLabel('to confirm').fill(typed)
  await dialog.getByRole('button').first().click()
}

/** Fails if the page is wider than the window. */
export async function expectNoScrollbar(page: Page): Promise<void> {
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(overflow, 'px that the page is too wide').toBeLessThanOrEqual(0)
}

/** Keeps a picture of the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true })
  await page.screenshot({ path: `${artefacts}${name}.png`, fullPage: true })
}

/** Keeps a picture of what the window shows, for the documentation. */
export async function keepForDocs(page: Page, name: string): Promise<void> {
  if (process.env['REVOKED_PICTURES'] !== 'docs') return
  await mkdir(docsFolder, { recursive: true })
  await page.screenshot({ path: `${docsFolder}${name}.png` })
}
