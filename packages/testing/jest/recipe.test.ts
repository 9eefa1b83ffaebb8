import { readdirSync } from 'node:fs'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installApart, runNode } from '@revoked/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PackedPackages, unpackPackages } from '../test/support/packed-packages.ts'

const guide = await readFile(new URL('../../../docs/guides/testing-with-jest.md', import.meta.url), 'utf8')

/** Returns the code that the guide shows for a file. */
function shown(file: string): string {
  const code = [...guide.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text = '']) => text)
  return code.find((text) => text.startsWith(`// ${file}\n`)) ?? expect.fail(`the guide shows no ${file}`)
}

let packed: PackedPackages
let jest = ''
beforeAll(async () => {
  packed = await unpackPackages()
  const installed = join(await installApart(fileURLToPath(new URL('versions', import.meta.url))), 'node_modules')
  for (const name of ['jest', '@babel']) {
    await symlink(join(installed, name), join(packed.folder, 'node_modules', name))
  }
  for (const name of readdirSync(installed).filter((name) => /^babel-/.test(name))) {
    await symlink(join(installed, name), join(packed.folder, 'node_modules', name))
  }
  jest = join(installed, 'jest/bin/jest.js')
  await writeFile(join(packed.folder, 'package.json'), '{ "private": true }')
  await writeFile(join(packed.folder, 'logout.test.js'), shown('logout.test.js'))
  const asModule = shown('logout.test.js').replace(/const (\{.*?\}) = require\((.*?)\)/g, 'import $1 from $2')
  await writeFile(join(packed.folder, 'logout.test.mjs'), asModule)
  await writeFile(join(packed.folder, 'jest.config.js'), shown('jest.config.js'))
}, 180_000)
afterAll(() => packed.remove())

test('tests in CommonJS run with the configuration of the guide', { timeout: 60_000 }, async () => {
  const run = await runNode([jest, '--no-cache', 'logout.test.js'], packed.folder, 60_000)
  expect(run).toMatchObject({ exitCode: 0, output: expect.stringContaining('1 passed, 1 total') })
})

test('tests as ES modules run with a flag and without a configuration', { timeout: 60_000 }, async () => {
  const args = ['--experimental-vm-modules', jest, '--no-cache', '--config', '{}', 'logout.test.mjs']
  const run = await runNode(args, packed.folder, 60_000)
  expect(run).toMatchObject({ exitCode: 0, output: expect.stringContaining('1 passed, 1 total') })
})
