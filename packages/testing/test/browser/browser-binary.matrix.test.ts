import { browserBinary } from '@revoked/testing'
import { expect, test } from 'vitest'
import { findBrowserBinary } from '../../src/browser/browser-binary.ts'
import { runCommand } from '../../src/servers/run-command.ts'

const page = 'data:text/html,<script>document.write(6 * 7)</script>'
const headless = ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', page]

test('finds a browser that renders a page, once', { timeout: 60_000 }, async () => {
  const binary = await browserBinary()
  expect(await browserBinary()).toBe(binary)
  expect(await runCommand(binary.path, headless)).toContain('42')
})

test('unpacks the browser of the system if there is none on the PATH', { timeout: 400_000 }, async () => {
  const binary = await findBrowserBinary({ env: { PATH: '/nowhere' } }).catch((error: unknown) => error)
  if (binary instanceof Error) return expect(String(binary)).toContain('apt-get install chromium')
  const { path } = binary as { path: string }
  expect(path).toContain('node_modules/.cache')
  expect(await runCommand(path, headless)).toContain('42')
})
