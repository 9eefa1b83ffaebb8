import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findBrowserBinary } from '../../src/browser/browser-binary.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-browser-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a program that says what it is. */
function program(path: string, says: string): string {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  return join(folder, path)
}

const chromium = program('debian/chromium', 'Chromium 150.0.7871.100 built on Debian GNU/Linux 12 (bookworm)')
const chrome = program('chrome/google-chrome', 'Google Chrome 150.0.7871.100 ')

test('takes the browser that the environment names, before those on the PATH', async () => {
  const found = await findBrowserBinary({ env: { REVOKED_BROWSER: chrome, PATH: join(folder, 'debian') } })
  expect(found).toEqual({ path: chrome, version: 'Google Chrome 150.0.7871.100' })
})

test('takes chromium from the PATH, or else Chrome', async () => {
  const both = `/nowhere:${join(folder, 'chrome')}:${join(folder, 'debian')}`
  expect(await findBrowserBinary({ env: { PATH: both } })).toMatchObject({ path: chromium })
  expect(await findBrowserBinary({ env: { PATH: join(folder, 'chrome') } })).toMatchObject({ path: chrome })
})

test.each([
  ['/no/such/file', 'does not run as a browser'],
  ['/bin/false', 'does not run as a browser'],
  ['/bin/echo', 'is no Chromium'],
])('refuses %s in the environment, even if there is a browser on the PATH', async (path, reason) => {
  const search = findBrowserBinary({ env: { REVOKED_BROWSER: path, PATH: join(folder, 'debian') } })
  await expect(search).rejects.toThrow(`REVOKED_BROWSER=${path} ${reason}`)
})

test('names the package to install if there is no browser and none can be fetched', async () => {
  // A file where the cache should be.
  const cache = join(folder, 'taken')
  copyFileSync('/bin/sh', cache)
  const search = findBrowserBinary({ env: { PATH: '/nowhere' }, cache })
  await expect(search).rejects.toThrow(/^There is no browser to drive: .* Install it \(apt-get install chromium\)/)
  await expect(search).rejects.toHaveProperty('cause.code', expect.stringMatching(/^(EEXIST|ENOTDIR|ENOENT)$/))
})
