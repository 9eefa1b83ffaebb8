import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { seriousFindings } from '@revoked/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  confirm,
  expectNoScrollbar,
  keepForDocs,
  keepPicture,
  launchBrowser,
  looks,
  lookUp,
  openPage,
  serve,
} from './support/open-browser.ts'
import { openConsole } from './support/open-console.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

/** A console with people, devices and a past. */
async function openBusyConsole() {
  const store = layeredStore(memoryStore({ auditFor: '90d' }))
  onTestFinished(() => store.close())
  const opened = openConsole({ store })
  const { sessions, revocation } = opened
  const devices = [
    { name: 'Firefox on Linux', kind: 'computer' },
    { name: 'Safari on iPhone', kind: 'phone' },
    { name: 'Chrome on Android', kind: 'phone' },
  ]
  for (const device of devices) await sessions.open({ subject: 'ada', device })
  await revocation.revoke({ subject: 'ben' }, { reason: 'account_taken_over', actor: 'support@example.com' })
  await revocation.revoke({ session: 's-42', ofSubject: 'cyd' }, { reason: 'device_lost', actor: 'cyd' })
  await revocation.revoke(
    { claim: 'tenant', value: 'initech' },
    { reason: 'contract_ended', actor: 'admin@example.com' },
  )
  await revocation.reinstate({ subject: 'ben' }, { reason: 'appeal_granted', actor: 'admin@example.com' })
  await revocation.revoke({ subject: 'ada' }, { reason: 'password_changed', issuedBefore: Date.now() - 600_000 })
  return opened
}

test.each(looks)(
  'fits into a window of $width px, $colorScheme, and axe finds nothing serious',
  { timeout: 90_000 },
  async (look) => {
    const { handle, revocation } = await openBusyConsole()
    const { page, complaints } = await openPage(browser, await serve(handle), { look })
    const keep = async (name: string): Promise<void> => {
      await keepPicture(page, `${name}-${look.width}-${look.colorScheme}`)
      await expectNoScrollbar(page)
      expect(await seriousFindings(page)).toEqual([])
    }
    const open = async (link: string, title = link): Promise<void> => {
      await page.getByRole('link', { name: link, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
    }
    await keep('start')
    await lookUp(page, 'ada')
    await keep('lookup')
    await page.getByRole('button', { name: 'Log out Safari on iPhone' }).click()
    await keep('dialog')
    await confirm(page, 'device_lost')
    await page.getByText('Done. The device is logged out.').waitFor()
    await keep('logged-out')
    await lookUp(page, 's-42', 'session')
    await keep('session')
    await lookUp(page, 'initech', 'claim').catch(() => undefined)
    await page.getByLabel('Name of the claim').fill('tenant')
    await lookUp(page, 'initech', 'claim')
    await keep('claim')

    await open('Live')
    await page.getByText('Live: changes').waitFor()
    await keep('live-empty')
    await revocation.revoke([{ subject: 'dee' }, { subject: 'eve' }], { reason: 'left_company' })
    await revocation.revoke({ session: 'a-session' }, { reason: 'logout' })
    await revocation.reinstate({ subject: 'eve' })
    await page.getByText('reinstated').waitFor()
    await keep('live')
    await open('Audit', 'Audit trail')
    await page.getByText('appeal_granted').waitFor()
    await keep('audit')
    await open('Many', 'Many at once')
    await page
      .getByLabel('Subjects, one a line')
      .fill(Array.from({ length: 450 }, (_, index) => `user-${index}`).join('\n'))
    await keep('many')
    await page.getByRole('button', { name: 'Revoke 450 subjects' }).click()
    await confirm(page, 'leaked')
    await page.locator('#notice').getByText('450 of 450 subjects revoked.').waitFor()
    await keep('many-done')
    await page.getByRole('button', { name: 'Revoke everything' }).click()
    await keep('everything')
    await confirm(page, 'key_leaked', 'everything')
    await page.getByText('Done. Every token').waitFor()
    await open('Store')
    await page.getByText('Answered locally').waitFor()
    await keep('store')
    expect(complaints).toEqual([])
    await expectKeyboard(page)
  },
)

test.each(
  (['read-only', 'support'] as const).flatMap((role) =>
    looks
      .filter(({ width, colorScheme }) => (width === 390) === (colorScheme === 'dark'))
      .map((look) => ({ role, look })),
  ),
)(
  'what $role sees fits into a window of $look.width px, and axe finds nothing serious',
  { timeout: 90_000 },
  async ({ role, look }) => {
    const { handle } = await openBusyConsole()
    const { page, complaints } = await openPage(browser, await serve(handle), { look, role })
    const keep = async (name: string): Promise<void> => {
      await keepPicture(page, `${role}-${name}-${look.width}`)
      await expectNoScrollbar(page)
      expect(await seriousFindings(page)).toEqual([])
    }
    await lookUp(page, 'ada')
    await keep('lookup')
    await lookUp(page, 's-42', 'session')
    await keep('session')
    for (const [link, shown] of [
      ['Live', 'Live: changes'],
      ['Audit', 'appeal_granted'],
      ['Store', 'Answered locally'],
    ] as const) {
      await page.getByRole('link', { name: link, exact: true }).click()
      await page.getByText(shown).waitFor()
      await keep(link.toLowerCase())
    }
    expect(complaints).toEqual([])
  },
)

/** The link that skips the navigation is the first that the keyboard reaches. */
async function expectKeyboard(page: Page): Promise<void> {
  await page.reload()
  await page.getByText('Answered locally').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('main')
}

describe('the pictures of the documentation', () => {
  test.each([
    { name: 'wide', look: { width: 900, colorScheme: 'light' } },
    { name: 'phone', look: { width: 390, colorScheme: 'dark' } },
  ] as const)('show each view in a window of $look.width px', { timeout: 90_000 }, async ({ name, look }) => {
    const { handle, revocation } = await openBusyConsole()
    const { page } = await openPage(browser, await serve(handle), { look })
    const keep = async (view: string): Promise<void> => {
      await page.mouse.move(0, 0)
      await page.evaluate('document.activeElement.blur()')
      // One picture of a phone is enough for the site.
      if (name === 'wide' || view === 'lookup') await keepForDocs(page, `${view}-${name}`)
    }
    await lookUp(page, 'ada')
    await keep('lookup')
    await page.getByRole('link', { name: 'Live' }).click()
    await page.getByText('Live: changes').waitFor()
    await revocation.revoke({ subject: 'dee' }, { reason: 'left_company' })
    await revocation.revoke({ session: 'q9Zt1nXc' }, { reason: 'device_lost' })
    await revocation.reinstate({ subject: 'dee' })
    await page.getByText('reinstated').waitFor()
    await keep('live')
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByText('appeal_granted').waitFor()
    await keep('audit')
    await page.getByRole('link', { name: 'Store' }).click()
    await page.getByText('Answered locally').waitFor()
    await keep('store')
  })
})
