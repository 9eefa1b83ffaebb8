import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { brokenLinks } from '../../docs/links.mjs'

const site = mkdtempSync(join(tmpdir(), 'site-'))
afterAll(() => rmSync(site, { recursive: true }))

const pages = {
  'index.html':
    '<a href="/start/login">…</a> <a href="/start/login#log-out">…</a> <a href="#here">…</a> <h2 id="here">',
  'start/login.html':
    '<a href="../">…</a> <a href="https://elsewhere.example/x">…</a> <img src="/logo.svg"> <h2 id="log-out">',
  'start/broken.html':
    '<a href="/start/gone">…</a> <a href="./login#gone">…</a> <img src="gone.svg"> <a href="#gone">…</a>',
  'logo.svg': '<svg/>',
}
for (const [file, text] of Object.entries(pages)) {
  mkdirSync(dirname(join(site, file)), { recursive: true })
  writeFileSync(join(site, file), text)
}

test('finds the links of a site to pages, files and anchors that are not there, and no others', () => {
  expect(brokenLinks(site)).toEqual([
    'start/broken.html: /start/gone',
    'start/broken.html: ./login#gone',
    'start/broken.html: gone.svg',
    'start/broken.html: #gone',
  ])
})
