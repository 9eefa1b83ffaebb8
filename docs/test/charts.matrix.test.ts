/** The charts in a real browser: no text is cut, and none stands on another. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { browserBinary } from '@revoked/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../public/charts/', import.meta.url))
const files = readdirSync(folder).filter((file) => file.endsWith('.svg'))
/** px of text that nobody needs glasses for. */
const leastSize = 11

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: (await browserBinary()).path })
  page = await browser.newPage({ viewport: { width: 800, height: 600 } })
}, 300_000)
afterAll(() => browser?.close())

interface Box {
  readonly text: string
  readonly size: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Returns where the texts of a drawing are, relative to it, and its size. */
const boxes = `(() => {
  const svg = document.querySelector('svg')
  const frame = svg.getBoundingClientRect()
  const texts = [...svg.querySelectorAll('text, tspan')].filter(
    (one) => one.childElementCount === 0 && one.textContent.trim() !== '' && getComputedStyle(one).opacity !== '0',
  )
  return {
    width: frame.width,
    height: frame.height,
    texts: texts.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect()
      const { fontSize } = getComputedStyle(one)
      return {
        text: one.textContent,
        size: Number.parseFloat(fontSize),
        left: left - frame.left,
        right: right - frame.left,
        top: top - frame.top,
        bottom: bottom - frame.top,
      }
    }),
  }
})()`

/** Draws a chart at its size, and returns what is wrong with its texts. */
async function problemsOf(svg: string): Promise<string[]> {
  await page.setContent(`<!doctype html><body style="margin:0">${svg}`)
  const { width, height, texts } = (await page.evaluate(boxes)) as { width: number; height: number; texts: Box[] }
  expect(texts.length).toBeGreaterThan(0)
  const small = texts.filter(({ size }) => size < leastSize).map(({ text, size }) => `${text}: ${size} px`)
  const cut = texts
    .filter(({ left, right, top, bottom }) => left < 0 || right > width || top < 0 || bottom > height)
    .map(({ text }) => `${text}: is cut`)
  const crowded = texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => overlaps(one, other))
      .map((other) => `${one.text}: runs into ${other.text}`),
  )
  return [...small, ...cut, ...crowded]
}

/** Line boxes are higher than their letters. */
const slack = 4

function overlaps(one: Box, other: Box): boolean {
  const isBeside = one.right <= other.left || other.right <= one.left
  return !isBeside && one.bottom - slack > other.top && other.bottom - slack > one.top
}

test.each(files)('all texts of %s are whole, and large enough', async (file) => {
  expect(await problemsOf(readFileSync(`${folder}${file}`, 'utf8'))).toEqual([])
})

test('notices texts that are cut, small or on one another', async () => {
  const text = (x: number, size: number, words: string) => `<text x="${x}" y="30" font-size="${size}">${words}</text>`
  const texts = [text(0, 12, 'one'), text(5, 12, 'two'), text(60, 9, 'small'), text(190, 12, 'a long one')]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">${texts.join('')}</svg>`
  expect(await problemsOf(svg)).toEqual(['small: 9 px', 'a long one: is cut', 'one: runs into two'])
})
