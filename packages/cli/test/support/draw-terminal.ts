/** Draws what was written to a terminal as a picture. */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'

/** The pictures of the documentation. They are written if `REVOKED_PICTURES` is `docs`. */
const docsFolder = fileURLToPath(new URL('../../../../docs/public/cli/', import.meta.url))

/** The folder that pictures are written to, which git ignores. */
const artefacts = fileURLToPath(new URL('../../artefacts/', import.meta.url))

const style = `
  body { margin: 0; background: #1b1b1f; }
  pre {
    box-sizing: border-box; width: calc(60ch + 40px); margin: 0; padding: 16px 20px;
    color: #dfdfd6; font: 14px/1.5 'DejaVu Sans Mono', 'Liberation Mono', monospace;
    white-space: pre-wrap; overflow-wrap: anywhere;
  }
  .bold { font-weight: 700; color: #fffff5; }
  .dim { color: #98989f; }
  .red { color: #f66f81; }
  .green { color: #3dd68c; }
  .yellow { color: #f9b44e; }
`

/** What a code of a style begins. All others end what they concern. */
const begins: Readonly<Record<string, string>> = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' }
const ends: Readonly<Record<string, readonly string[]>> = { 22: ['bold', 'dim'], 39: ['red', 'green', 'yellow'] }

/** Returns the last screen that was drawn, as markup. */
export function markupOf(output: string): string {
  const drawn = output.slice(output.lastIndexOf('\u001b[H') + 1).replace(/^\[H/, '')
  const text = drawn.replace(/\p{Cc}\[(?:[JK]|\?\d+[hl])/gu, '').replaceAll('\r', '')
  let active: readonly string[] = []
  const [first = '', ...styled] = text.trimEnd().split(/\p{Cc}\[(?=\d+m)/u)
  const spans = styled.map((part) => {
    const [, code = '', words = ''] = /^(\d+)m(.*)$/s.exec(part) ?? []
    const begun = begins[code]
    active = begun === undefined ? active.filter((name) => !ends[code]?.includes(name)) : [...active, begun]
    return `<span class="${active.join(' ')}">${escaped(words)}</span>`
  })
  return escaped(first) + spans.join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Keeps a picture of what was written to a terminal, after a prompt with the command. */
export async function keepTerminal(browser: Browser, name: string, command: string, output: string): Promise<void> {
  const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 800, height: 600 } })
  const prompt = `<span class="dim">$</span> <span class="bold">${escaped(command)}</span>`
  await page.setContent(`<!doctype html><style>${style}</style><pre>${prompt}\n${markupOf(output)}</pre>`)
  const folder = process.env['REVOKED_PICTURES'] === 'docs' ? docsFolder : artefacts
  await mkdir(folder, { recursive: true })
  await page.locator('pre').screenshot({ path: `${folder}${name}.png` })
  await page.close()
}
