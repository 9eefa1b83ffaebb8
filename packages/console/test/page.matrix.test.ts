import { memoryStore } from '@revoked/store-memory'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { confirm, launchBrowser, lookUp, openPage, serve } from './support/open-browser.ts'
import { openConsole } from './support/open-console.ts'

vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

describe('support', () => {
  test('logs out one device, then all, with the keyboard alone', async () => {
    const { handle, sessions, revocation } = openConsole()
    for (const device of ['Laptop', 'Phone', 'Tablet']) await sessions.open({ subject: 'ada', device })
    const { page, complaints } = await openPage(browser, await serve(handle), { role: 'support' })
    await page.getByLabel('Id', { exact: true }).focus()
    await page.keyboard.type('ada')
    await page.keyboard.press('Enter')
    await page.getByText('3 devices logged in').waitFor()
    await page.getByRole('button', { name: 'Log out Phone' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('device_lost')
    await page.keyboard.press('Enter')
    await page.getByText('Done. The device is logged out.').waitFor()
    expect((await sessions.list('ada')).map(({ device }) => device).sort()).toEqual(['Laptop', 'Tablet'])
    await page.getByRole('button', { name: 'Log out everywhere' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.type('account_taken_over')
    await page.keyboard.press('Enter')
    await page.getByText('Done. 2 devices were logged out.').waitFor()
    expect(await revocation.explain({ subject: 'ada' })).toMatchObject([{ reason: 'account_taken_over' }])
    await page.getByText('There is no open session.').waitFor()
    expect(complaints).toEqual([])
  })

  test('closes the dialog with Escape, and nothing is done', async () => {
    const { handle, sessions, revocation } = openConsole()
    await sessions.open({ subject: 'ada', device: 'Phone' })
    const { page } = await openPage(browser, await serve(handle), { role: 'support' })
    await lookUp(page, 'ada')
    await page.getByRole('button', { name: 'Log out everywhere' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Log out Phone' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect((await revocation.audit()).entries).toEqual([])
    // A reason of spaces is none.
    await page.getByRole('button', { name: 'Log out everywhere' }).click()
    await confirm(page, '   ')
    expect(await page.getByRole('dialog').isVisible()).toBe(true)
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('revokes a session and a token, and reinstates them', async () => {
    const { handle, revocation } = openConsole()
    const { page } = await openPage(browser, await serve(handle), { role: 'support' })
    for (const [kind, target] of [
      ['session', { session: 'x1' }],
      ['jti', { jti: 'x1' }],
    ] as const) {
      await lookUp(page, 'x1', kind)
      await page.getByRole('button', { name: 'Revoke', exact: true }).click()
      await confirm(page, 'leaked')
      await page.getByText('Done. It is revoked.').waitFor()
      expect(await revocation.explain(target)).toMatchObject([{ reason: 'leaked' }])
      await page.getByRole('button', { name: 'Reinstate' }).click()
      await confirm(page, 'mistake')
      await page.getByText('Done. It is reinstated.').waitFor()
      expect(await revocation.explain(target)).toEqual([])
    }
  })

  test('learns whose session an id is, if the application knows', async () => {
    const { handle, sessions, revocation } = openConsole({
      subjectOfSession: (id) => (id === 'unknown' ? undefined : 'ada'),
    })
    const { id } = await sessions.open({ subject: 'ada', device: 'Phone' })
    const { page } = await openPage(browser, await serve(handle), { role: 'support' })
    await lookUp(page, 'unknown', 'session')
    await page.getByText('Whose session this is').waitFor()
    await lookUp(page, id, 'session')
    await page.getByText('1 device logged in').waitFor()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await confirm(page, 'leaked')
    await page.getByText('Done. It is revoked.').waitFor()
    expect((await revocation.audit({ subject: 'ada' })).entries).toMatchObject([{ reason: 'leaked' }])
    await page.getByRole('button', { name: 'Look up the subject' }).click()
    await page.getByRole('heading', { level: 2, name: 'ada' }).waitFor()
    await page.getByLabel('Look up a').selectOption('session')
    await page.getByLabel('Of the subject').fill('ben')
    await lookUp(page, id, 'session')
    await page.getByText('The subject has no open session with this id.').waitFor()
  })

  test('is told that an id is too long: cut, it would be another one', async () => {
    const { handle } = openConsole()
    const { page } = await openPage(browser, await serve(handle), { role: 'support' })
    const field = page.getByLabel('Id', { exact: true })
    await field.fill('a'.repeat(1_025))
    await page.getByRole('button', { name: 'Look up', exact: true }).click()
    const shown = await page.evaluate(
      "(({ value, validity }) => [value.length, validity.valid])(document.getElementById('id'))",
    )
    expect(shown).toEqual([1_025, false])
    expect(await page.getByRole('heading', { name: 'What is revoked, and why' }).count()).toBe(0)
    await field.fill('a'.repeat(1_024))
    await page.getByRole('button', { name: 'Look up', exact: true }).click()
    await page.getByText('no mark applies').waitFor()
  })

  test('finds no view of an admin, and no button for a claim', async () => {
    const { handle, revocation } = openConsole()
    const { page } = await openPage(browser, await serve(handle), { role: 'support' })
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual([
      'Look up',
      'Live',
      'Audit',
      'Store',
    ])
    await page.evaluate("location.hash = 'many'")
    await page.getByRole('heading', { level: 1, name: 'Look up' }).waitFor()
    await page.getByLabel('Look up a').selectOption('claim')
    await page.getByLabel('Name of the claim').fill('tenant')
    await page.getByLabel('Id', { exact: true }).fill('initech')
    await page.getByRole('button', { name: 'Look up', exact: true }).click()
    await page.getByText('no mark applies').waitFor()
    expect(await page.getByRole('button', { name: 'Revoke', exact: true }).count()).toBe(0)
    // Whoever adds the request by hand is refused by the server.
    const status = await page.evaluate(`fetch('api/list', {
      method: 'POST', headers: { 'X-Revoked-Console': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ subjects: ['ada'], reason: 'x' }) }).then(({ status }) => status)`)
    expect(status).toBe(403)
    expect((await revocation.audit()).entries).toEqual([])
  })
})

test('whoever may read only finds no button that changes anything', async () => {
  const { handle, sessions, revocation } = openConsole()
  await sessions.open({ subject: 'ada', device: 'Phone' })
  await revocation.revoke({ subject: 'ada' }, { issuedBefore: Date.now() - 60_000 })
  const { page } = await openPage(browser, await serve(handle), { role: 'read-only' })
  await lookUp(page, 'ada')
  await page.getByText('1 device logged in').waitFor()
  const buttons = await page.locator('main').getByRole('button').allTextContents()
  expect(buttons).toEqual(['Look up', 'Show its audit trail'])
})

describe('an admin', () => {
  test('revokes a pasted list with progress, and sends what was left after a failure', async () => {
    const { handle, revocation } = openConsole()
    const { page } = await openPage(browser, await serve(handle))
    await page.getByRole('link', { name: 'Many' }).click()
    const subjects = Array.from({ length: 1_050 }, (_, index) => `user-${index}`)
    // As a paste does it: typing so many lines takes the browser seconds.
    const pasted = JSON.stringify(`\n ${subjects.join('\r\n')} \nuser-0\n\n`)
    await page.evaluate(`{
      const field = document.getElementById('list')
      field.value = ${pasted}
      field.dispatchEvent(new Event('input'))
    }`)
    let lists = 0
    // The third part does not arrive.
    await page.route('**/api/list', (route) => {
      lists += 1
      return lists === 3 ? route.abort() : route.continue()
    })
    await page.getByRole('button', { name: 'Revoke 1,050 subjects' }).click()
    await confirm(page, 'leaked')
    await page.getByText('650 subjects are left in the list.').waitFor()
    expect(await page.getByRole('progressbar').getAttribute('max')).toBe('1050')
    expect(await revocation.explain({ subject: 'user-399' })).toHaveLength(1)
    expect(await revocation.explain({ subject: 'user-400' })).toEqual([])
    await page.getByRole('button', { name: 'Revoke 650 subjects' }).click()
    await confirm(page, 'leaked')
    await page.locator('#notice').getByText('650 of 650 subjects revoked.').waitFor()
    expect(await revocation.explain({ subject: 'user-1049' })).toHaveLength(1)
    expect(await page.getByLabel('Subjects, one a line').inputValue()).toBe('')
  })

  test('finds the rest of a list again that another view has stopped', async () => {
    const { handle, revocation } = openConsole()
    const { page } = await openPage(browser, await serve(handle))
    await page.getByRole('link', { name: 'Many' }).click()
    const field = page.getByLabel('Subjects, one a line')
    await field.fill(Array.from({ length: 450 }, (_, index) => `user-${index}`).join('\n'))
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/list', async (route) => {
      await held
      await route.continue()
    })
    await page.getByRole('button', { name: 'Revoke 450 subjects' }).click()
    await confirm(page, 'leaked')
    await page.getByRole('link', { name: 'Audit' }).click()
    release()
    await page.locator('#notice').getByText('200 of 450 subjects revoked.').waitFor()
    await page.getByRole('link', { name: 'Many' }).click()
    await page.getByRole('button', { name: 'Revoke 250 subjects' }).waitFor()
    expect(await revocation.explain({ subject: 'user-200' })).toEqual([])
  })

  test('revokes everything after typing it, and nothing without', async () => {
    const { handle, revocation } = openConsole()
    const { page } = await openPage(browser, await serve(handle))
    await page.getByRole('link', { name: 'Many' }).click()
    await page.getByRole('button', { name: 'Revoke everything' }).click()
    await confirm(page, 'key_leaked', 'everythin')
    expect(await page.getByRole('dialog').isVisible()).toBe(true)
    expect(await revocation.explain({ everything: true })).toEqual([])
    await confirm(page, 'key_leaked', 'everything')
    await page.getByText('Done. Every token').waitFor()
    expect(await revocation.explain({ everything: true })).toMatchObject([{ reason: 'key_leaked' }])
  })
})

test('what another process revokes is shown within a second', async () => {
  const store = memoryStore()
  const [here, there] = [openConsole({ store }), openConsole({ store })]
  const { page } = await openPage(browser, await serve(here.handle), { role: 'read-only' })
  await page.getByRole('link', { name: 'Live' }).click()
  await page.getByText('Live: changes').waitFor()
  await there.revocation.revoke({ session: 's-1' }, { reason: 'device_lost' })
  await page.getByText('device_lost').waitFor({ timeout: 1_000 })
  await page.getByRole('button', { name: 'Look up' }).click()
  await page.getByRole('heading', { name: 's-1' }).waitFor()
  expect(await page.evaluate('location.href')).not.toContain('s-1')
})

test('instants are told as the time passes', async () => {
  const { handle, revocation } = openConsole()
  await revocation.revoke({ subject: 'ada' }, { reason: 'device_lost' })
  const { page } = await openPage(browser, await serve(handle), { hasClock: true })
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.locator('time').getByText('just now').first().waitFor()
  await page.clock.fastForward('05:00')
  await page.locator('time').getByText('5 minutes ago').first().waitFor()
})

test('an outage is said, and never shown as "nothing is revoked"', async () => {
  const store = memoryStore()
  let isDown = false
  const { find } = store
  const flaky = {
    ...store,
    find: (...asked: Parameters<typeof find>) => (isDown ? Promise.reject(new Error('down')) : find(...asked)),
  }
  const { handle } = openConsole({ store: flaky })
  const { page } = await openPage(browser, await serve(handle))
  await lookUp(page, 'ada')
  isDown = true
  await page.getByRole('button', { name: 'Look up', exact: true }).click()
  await page.getByText('The store cannot be reached.').waitFor()
  expect(await page.getByText('no mark applies').count()).toBe(0)
  await page.getByRole('link', { name: 'Store' }).click()
  await page.getByText('unavailable').waitFor()
})
