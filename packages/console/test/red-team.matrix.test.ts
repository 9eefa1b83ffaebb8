import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually, seriousFindings } from '@revoked/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { hostile, isId, isReason } from './support/hostile.ts'
import {
  expectNoScrollbar,
  keepPicture,
  launchBrowser,
  looks,
  lookUp,
  openPage,
  serve,
} from './support/open-browser.ts'
import { openConsole } from './support/open-console.ts'

vi.setConfig({ testTimeout: 120_000 })

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

/** A console whose data is hostile throughout. */
async function openHostileConsole() {
  const opened = openConsole({
    // The sessions take no data of more than 4 KiB, and the console shows whatever it is given.
    describeDevice: (device) => ({ name: hostile[Number(device)] ?? 'no device' }),
  })
  const { sessions, revocation } = opened
  for (const index of hostile.keys()) await sessions.open({ subject: 'ada', device: index })
  for (const [index, text] of hostile.entries()) {
    if (!isId(text)) continue
    const reason = hostile.filter(isReason)[index % 20] ?? 'none'
    const actor = /\p{Cc}/u.test(text) || text.length > 256 ? 'plain' : text
    await revocation.revoke({ subject: text }, { reason, actor })
    await revocation.revoke({ session: text, ofSubject: text }, { reason, actor })
    await revocation.revoke({ claim: 'tenant', value: text }, { reason, actor })
  }
  return opened
}

/** Characters that no text of the page may contain: they are named instead. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Fails if anything of the data became markup, was run, or hides or reverses text. */
async function expectData(page: Page): Promise<void> {
  expect(await page.evaluate('window.pwned')).toBeUndefined()
  expect(await page.evaluate('document.scripts.length')).toBe(1)
  const elements = await page.evaluate(
    "[...new Set([...document.querySelectorAll('#content *, dialog *, #viewer *')].map(({ localName }) => localName))]",
  )
  const own =
    'a bdi button datalist dd div dl dt form h2 h3 input label li option p path rect section select span svg time ul'
  expect((elements as string[]).filter((name) => !own.split(' ').includes(name))).toEqual([])
  const attributes = await page.evaluate(
    "[...document.querySelectorAll('#content *')].flatMap(({ attributes }) => [...attributes]).map(({ name }) => name)",
  )
  expect((attributes as string[]).filter((name) => /^on|^style$|^href$|^src$|^action$/.test(name))).toEqual([])
  const text = String(await page.evaluate("document.getElementById('content').textContent"))
  expect(hidden.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined()
  const names = String(
    await page.evaluate("[...document.querySelectorAll('[aria-label]')].map((each) => each.ariaLabel).join('')"),
  )
  expect(hidden.test(names)).toBe(false)
  await expectNoScrollbar(page)
}

describe.each(looks.filter(({ width, colorScheme }) => (width === 390) === (colorScheme === 'dark')))(
  'hostile texts in a window of $width px',
  (look) => {
    test('stay data in every view, and move nothing', async () => {
      const { handle, revocation } = await openHostileConsole()
      const { page, complaints } = await openPage(browser, await serve(handle), { look })
      await lookUp(page, 'ada')
      await page.getByText(`${hostile.length} devices logged in`).waitFor()
      await expectData(page)
      // They are shown, and hidden characters are named.
      const shown = await page.locator('.session h3').allTextContents()
      expect(shown).toEqual(expect.arrayContaining([hostile[0], hostile[1], 'U+202EnimdaU+202C', 'U+0020adaU+0020']))
      expect(shown.join('\n')).toContain('(10,240 characters)')
      await keepPicture(page, `hostile-devices-${look.width}`)
      expect(await seriousFindings(page)).toEqual([])

      await page.getByRole('link', { name: 'Audit' }).click()
      await page.getByText('Show more').waitFor()
      await page.getByRole('button', { name: 'Show more' }).click()
      await expectData(page)
      await keepPicture(page, `hostile-audit-${look.width}`)

      await page.getByRole('link', { name: 'Live' }).click()
      await page.getByText('Live: changes').waitFor()
      for (const text of hostile.filter(isId)) await revocation.reinstate({ subject: text })
      await page.getByText('hasOwnProperty').waitFor()
      await expectData(page)
      await keepPicture(page, `hostile-live-${look.width}`)
      expect(complaints).toEqual([])
    })
  },
)

test('hostile texts are looked up and typed as they are', async () => {
  const { handle, revocation } = await openHostileConsole()
  const { page, complaints } = await openPage(browser, await serve(handle))
  // An input drops line breaks, and holds up to 1,024 characters.
  for (const text of hostile.filter((each) => isId(each) && !/[\r\n\0]/.test(each))) {
    await lookUp(page, text)
    await page.getByText('password_changed').or(page.getByText('revoked')).first().waitFor()
    await expectData(page)
    await page.getByRole('button', { name: 'Log out everywhere' }).click()
    await page.getByRole('dialog').waitFor()
    await expectData(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
  }
  const before = (await revocation.audit({ limit: 1_000 })).entries.length
  expect(before).toBe(3 * hostile.filter(isId).length)
  expect(complaints).toEqual([])
})

test('whoever is called by a hostile text is named in the header as data', async () => {
  let actor = ''
  const { handle } = openConsole({ authorize: () => ({ role: 'admin', actor }) })
  const url = await serve(handle)
  const actors = hostile.filter((text) => text.length <= 256 && text.isWellFormed() && !/\p{Cc}/u.test(text))
  expect(actors.length).toBeGreaterThan(20)
  actor = 'ada'
  const { page, complaints } = await openPage(browser, url)
  for (actor of actors) {
    await page.reload()
    await page.locator('#viewer bdi').waitFor()
    await expectData(page)
    expect(hidden.test((await page.locator('#viewer').textContent()) ?? '')).toBe(false)
  }
  expect(complaints).toEqual([])
})

test('the policy refuses markup made by scripts, inline code, and other origins', async () => {
  const { handle } = openConsole()
  const { page } = await openPage(browser, await serve(handle))
  const attempt = (code: string) =>
    page.evaluate(`(async () => { try { ${code}; return 'done' } catch (error) { return error.name } })()`)
  expect(await attempt("document.body.innerHTML = '<b>x</b>'")).toBe('TypeError')
  expect(
    await attempt("const s = document.createElement('script'); s.text = 'window.pwned = 1'; document.body.append(s)"),
  ).toBe('TypeError')
  expect(await attempt("const b = document.createElement('b'); b.setAttribute('onclick', 'window.pwned = 1')")).toBe(
    'TypeError',
  )
  expect(await attempt("await fetch('https://evil.example/')")).toBe('TypeError')
  expect(await page.evaluate('window.pwned')).toBeUndefined()
})

describe('a page of another origin', () => {
  /** Opens a page of another port, which is the same site: cookies are sent. */
  async function openEvil(markup: (console: string) => string) {
    const opened = openConsole()
    const answered: number[] = []
    const { handle } = opened
    const noting = async (request: Request, context: unknown): Promise<Response> => {
      const response = await handle(request, context)
      if (request.url.endsWith('/api/revoke')) answered.push(response.status)
      return response
    }
    const url = await serve(Object.assign(noting, { fetch: noting, close: handle.close }))
    const evil = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(markup(`${url}/console`))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      evil.close()
      evil.closeAllConnections()
    })
    await once(evil, 'listening')
    const { page } = await openPage(browser, url)
    // The cookie lets this browser in: what follows is not refused for want of it.
    expect((await page.request.get(`${url}/console/`)).status()).toBe(200)
    return { ...opened, page, answered, evil: `http://127.0.0.1:${(evil.address() as AddressInfo).port}/` }
  }

  const body = JSON.stringify({ target: { subject: 'ada' }, reason: 'forged' })

  test.each([
    [
      'a form of plain text',
      (url: string) =>
        `<form method="post" enctype="text/plain" action="${url}/api/revoke"><input name='${body.slice(0, -1)},"x":"' value='"}'></form>
         <script>document.forms[0].submit()</script>`,
    ],
    [
      'a request without a question',
      (
        url: string,
      ) => `<script>fetch('${url}/api/revoke', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '${body}' })
        .finally(() => { document.title = 'sent' })</script>`,
    ],
    [
      'a request with our header',
      (url: string) => `<script>fetch('${url}/api/revoke', { method: 'POST', credentials: 'include', body: '${body}',
        headers: { 'X-Revoked-Console': '1', 'Content-Type': 'application/json' } }).catch(() => 0).finally(() => { document.title = 'sent' })</script>`,
    ],
    [
      'a beacon',
      (url: string) => `<script>navigator.sendBeacon('${url}/api/revoke', '${body}'); document.title = 'sent'</script>`,
    ],
    [
      'a beacon of JSON',
      (url: string) => `<script>
        try { navigator.sendBeacon('${url}/api/revoke', new Blob(['${body}'], { type: 'application/json' })) } catch {}
        document.title = 'sent'</script>`,
    ],
    [
      'a request that is kept alive while the page closes',
      (url: string) => `<script>fetch('${url}/api/revoke', { method: 'POST', mode: 'no-cors', keepalive: true,
        credentials: 'include', body: '${body}', headers: { 'Content-Type': 'text/plain' } }).finally(() => { document.title = 'sent' })</script>`,
    ],
  ])('changes nothing by %s', async (_, markup) => {
    const { page, evil, answered, revocation } = await openEvil(markup)
    await page.goto(evil)
    // The request itself, or the question whether it may be sent.
    await eventually(() => answered.length > 0, 'the console is asked')
    expect(answered).toEqual([403])
    expect(await revocation.explain({ subject: 'ada' })).toEqual([])
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('cannot put the console into a frame, and reads nothing of it', async () => {
    const { page, evil } = await openEvil(
      (url) => `<iframe src="${url}/"></iframe><script>
        fetch('${url}/api/me', { credentials: 'include' }).then((r) => r.text(), (e) => e.name).then((t) => { document.title = t })</script>`,
    )
    await page.goto(evil)
    await page.waitForFunction("document.title !== ''")
    expect(await page.title()).toBe('TypeError')
    expect(page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/')
  })
})
