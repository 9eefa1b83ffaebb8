/** The built site in a real browser, as people see it. */
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { browserBinary, eventually, runNode, seriousFindings } from '@revoked/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../packages/testing/src/servers/free-port.ts'
import { groups } from '../.vitepress/sidebar.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The folder that screenshots are written to, which git ignores. */
const artefacts = fileURLToPath(new URL('../artefacts/', import.meta.url))

/** All pages. */
const paths = ['/', ...groups.flatMap(({ items }) => items.map(({ link }) => link))]

let url = ''
let browser: Browser
let stop = (): void => {}

beforeAll(async () => {
  const built = await runNode(['scripts/docs.mjs'], root, 300_000)
  expect(built.exitCode, built.output).toBe(0)
  await mkdir(artefacts, { recursive: true })
  const port = await freePort()
  const vitepress = `${root}docs/node_modules/vitepress/bin/vitepress.js`
  const server = spawn(process.execPath, [vitepress, 'serve', '--port', String(port)], { cwd: `${root}docs` })
  stop = () => server.kill()
  url = `http://localhost:${port}`
  await eventually(
    () =>
      fetch(url)
        .then(({ ok }) => ok)
        .catch(() => false),
    'the site is served',
    30_000,
  )
  browser = await chromium.launch({ executablePath: (await browserBinary()).path })
}, 400_000)
afterAll(async () => {
  await browser?.close()
  stop()
})

interface Look {
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
}

/** A tab of the browser, and what its pages have complained about since somebody took it. */
interface Tab {
  readonly page: Page
  readonly complaints: string[]
}

/** Opens a tab, and collects what its pages complain about and whom else they ask. */
async function openTab({ width, colorScheme }: Look): Promise<Tab> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: width < 600 ? 844 : 900 } })
  // The site keeps the words of the search, and would show their results to the next test.
  await page.addInitScript('localStorage.clear(); sessionStorage.clear()')
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url())
  })
  return { page, complaints }
}

const tabs = new Map<string, Promise<Tab>>()

/**
 * Opens a page of the site in the tab of a look. The tests share it, so that the browser compiles
 * the scripts of the site once. What a page complains about after its test fails the next one.
 */
async function open(path: string, look: Look): Promise<Tab> {
  const key = `${look.width} ${look.colorScheme}`
  const opening = tabs.get(key) ?? openTab(look)
  tabs.set(key, opening)
  const tab = await opening
  await tab.page.emulateMedia({ colorScheme: look.colorScheme })
  await tab.page.goto(`${url}${path}`)
  // What is fetched ahead for links is not waited for.
  await tab.page.waitForFunction("document.querySelector('#app').__vue_app__ !== undefined")
  return tab
}

// Colours depend on the scheme alone, and the layout on the width alone.
const looks: readonly Look[] = [
  { width: 390, colorScheme: 'dark' },
  { width: 1_280, colorScheme: 'light' },
]

/** Returns what scrolls sideways, or is cut, beside code. */
const tooWide = `[document.documentElement, ...document.querySelectorAll('main :is(table, .diagram, p, li, h1, h2, h3)')]
  .filter((element) => getComputedStyle(element).display !== 'inline')
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
  .map(({ tagName, textContent }) => tagName + ': ' + textContent.trim().slice(0, 60))`

/** Writes a picture of the first ten screens of a page. The reference has pages of a hundred. */
async function picture(page: Page, name: string, { width, colorScheme }: Look): Promise<void> {
  const height = Number(await page.evaluate('Math.min(document.documentElement.scrollHeight, 9_000)'))
  const path = `${artefacts}${name}-${width}-${colorScheme}.png`
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } })
}

/** Waits until no diagram of the page is empty. */
async function untilDrawn(page: Page): Promise<void> {
  const isDrawn = async (): Promise<boolean> =>
    (await page.evaluate("document.querySelector('main .diagram:empty') === null")) === true
  await eventually(isDrawn, 'every diagram is drawn', 30_000)
}

describe.each(looks)('at $width px, $colorScheme', (look) => {
  test.each(paths)('%s can be used by everybody', { timeout: 60_000 }, async (path) => {
    const { page, complaints } = await open(path, look)
    await untilDrawn(page)
    await picture(page, path.slice(1).replace(/\W+/g, '-') || 'home', look)
    expect(await seriousFindings(page)).toEqual([])
    expect(complaints.splice(0)).toEqual([])
    expect(await page.evaluate(tooWide)).toEqual([])
  })
})

test('draws the diagrams again if the theme changes back and forth', { timeout: 60_000 }, async () => {
  const { page, complaints } = await open('/how-it-works/change-log', { width: 1_280, colorScheme: 'light' })
  for (const colorScheme of ['dark', 'light', 'dark'] as const) await page.emulateMedia({ colorScheme })
  await page.waitForLoadState('networkidle')
  await untilDrawn(page)
  expect(await page.locator('main .diagram svg').count()).toBeGreaterThan(5)
  expect(complaints.splice(0)).toEqual([])
})

test('every page of the site is among those', async () => {
  const files = await readdir(`${root}docs/.vitepress/dist`, { recursive: true })
  const pages = files.filter((file) => file.endsWith('.html') && file !== '404.html')
  const built = pages.map((file) => `/${file.replace(/(index)?\.html$/, '')}`)
  expect(built.sort()).toEqual([...paths].sort())
})

test.each([
  [390, '-narrow.svg'],
  [1_280, '.svg'],
] as const)('shows the charts for pages of %i px at their size', { timeout: 60_000 }, async (width, suffix) => {
  const { page, complaints } = await open('/compare/charts', { width, colorScheme: 'light' })
  const charts = (await page.evaluate(`[...document.querySelectorAll('main picture img')].map(
    ({ currentSrc, clientWidth, naturalWidth }) => ({ currentSrc, scale: clientWidth / naturalWidth }),
  )`)) as { currentSrc: string; scale: number }[]
  expect(charts.length).toBeGreaterThan(15)
  for (const { currentSrc, scale } of charts) {
    expect(currentSrc.replace(/(-narrow)?\.svg$/, suffix)).toBe(currentSrc)
    expect(scale, currentSrc).toBeGreaterThanOrEqual(0.95)
  }
  expect(complaints.splice(0)).toEqual([])
})

test.each([
  ['logout', '/start/openid-providers', 4],
  ['prometheus', '/operate/metrics', 1],
  ['console', '/operate/console', 1],
  ['doctor', '/operate/command-line', 1],
  ['mcp', '/frameworks/mcp', 1],
  ['nginx', '/guides/forward-auth', 1],
  ['nonce', '/guides/single-use', 1],
  ['observe', '/guides/enforce-in-four-steps', 1],
  ['sqlite', '/stores/sqlite', 1],
] as const)('the search for %s finds %s without asking another server', { timeout: 60_000 }, async (...of) => {
  const [words, path, least] = of
  const { page, complaints } = await open('/', { width: 1_280, colorScheme: 'light' })
  await page.getByRole('button', { name: 'Search' }).first().click()
  const input = page.locator('#localsearch-input')
  expect(await input.inputValue()).toBe('')
  await input.fill(words)
  const results = page.locator('.VPLocalSearchBox a.result')
  await results.first().waitFor()
  const links = await results.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  expect(links.length).toBeGreaterThanOrEqual(least)
  expect(links.map((link) => link.split('#')[0])).toContain(path)
  expect(complaints.splice(0)).toEqual([])
})

test('llms.txt lists every page, and the texts have the files that pages show', async () => {
  const dist = `${root}docs/.vitepress/dist`
  const list = await readFile(`${dist}/llms.txt`, 'utf8')
  const listed = [...list.matchAll(/^- \[.+\]\((\S+)\.md\)$/gm)].map(([, link = '']) => link.replace(/\/index$/, '/'))
  expect(listed).toEqual(paths.slice(1))
  const all = await readFile(`${dist}/llms-full.txt`, 'utf8')
  expect(all.match(/^<<<.*$/gm)).toBeNull()
  expect(all).toContain('auth_request')
  for (const link of listed) expect(await readFile(`${dist}${link.replace(/\/$/, '/index')}.md`, 'utf8')).toMatch(/^#/m)
})

test('axe finds what is wrong with a broken page', { timeout: 60_000 }, async () => {
  const { page } = await open('/', { width: 1_280, colorScheme: 'light' })
  await page.evaluate("document.body.innerHTML = '<input><img src=data:,><button></button>'")
  expect((await seriousFindings(page)).map((finding) => finding.split(':')[0]).sort()).toEqual([
    'button-name',
    'image-alt',
    'label',
  ])
})
