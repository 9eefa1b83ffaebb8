/** The built site in a real browser, as people see it. */
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { browserBinary, eventually, runNode, seriousFindings } from '@revoked/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../packages/testing/src/servers/free-port.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The folder that screenshots are written to, which git ignores. */
const artefacts = fileURLToPath(new URL('../artefacts/', import.meta.url))

/** One page of each kind. */
const pages = {
  home: '/',
  tabs: '/start/first-ten-minutes',
  table: '/start/which-store',
  code: '/frameworks/express',
  guide: '/guides/denylist-or-allowlist',
  glossary: '/glossary',
  diagrams: '/how-it-works/change-log',
  matrix: '/security/asvs',
  comparison: '/compare/alternatives',
  reference: '/reference/',
}

let url = ''
let browser: Browser
let stop = (): void => {}

beforeAll(async () => {
  const built = await runNode(['scripts/docs.mjs'], root, 300_000)
  expect(built.exitCode, built.output).toBe(0)
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

/** Opens a page, and collects what it complains about and whom else it asks. */
async function open(path: string, { width, colorScheme }: Look): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: width < 600 ? 844 : 900 } })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url())
  })
  await page.goto(`${url}${path}`, { waitUntil: 'networkidle' })
  return { page, complaints }
}

const looks: readonly Look[] = [390, 1_280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

describe.each(looks)('at $width px, $colorScheme', (look) => {
  test.each(Object.entries(pages))('%s can be used by everybody', { timeout: 60_000 }, async (name, path) => {
    const { page, complaints } = await open(path, look)
    await mkdir(artefacts, { recursive: true })
    await page.screenshot({ path: `${artefacts}${name}-${look.width}-${look.colorScheme}.png` })
    expect(await seriousFindings(page)).toEqual([])
    expect(complaints).toEqual([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow, 'px that the page is too wide').toBeLessThanOrEqual(0)
  })
})

test.each([
  [390, '-narrow.svg'],
  [1_280, '.svg'],
])('shows the charts for pages of %i px at their size', { timeout: 60_000 }, async (width, suffix) => {
  const { page, complaints } = await open('/compare/charts', { width, colorScheme: 'light' })
  const charts = (await page.evaluate(`[...document.querySelectorAll('main picture img')].map(
    ({ currentSrc, clientWidth, naturalWidth }) => ({ currentSrc, scale: clientWidth / naturalWidth }),
  )`)) as { currentSrc: string; scale: number }[]
  expect(charts.length).toBeGreaterThan(15)
  for (const { currentSrc, scale } of charts) {
    expect(currentSrc.replace(/(-narrow)?\.svg$/, suffix)).toBe(currentSrc)
    expect(scale, currentSrc).toBeGreaterThanOrEqual(0.95)
  }
  expect(complaints).toEqual([])
})

test('the search finds pages without asking another server', { timeout: 60_000 }, async () => {
  const { page, complaints } = await open('/', { width: 1_280, colorScheme: 'light' })
  await page.getByRole('button', { name: 'Search' }).first().click()
  await page.locator('#localsearch-input').fill('logout')
  const results = page.locator('.VPLocalSearchBox .result')
  await results.first().waitFor()
  expect(await results.count()).toBeGreaterThan(3)
  expect(complaints).toEqual([])
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
