import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shell } from '@revoked/testing/shells'
import { afterAll, describe, expect, test } from 'vitest'
import { findShell } from '../../src/shells/find-shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-shell-search-'))
afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, says: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  return path
}

describe.each(['zsh', 'fish'] as const)('the search of %s', { timeout: 180_000 }, (name) => {
  const variable = `REVOKED_${name.toUpperCase()}`

  test('finds one that runs', async () => {
    expect((await shell(name)).version).toMatch(/^\d+\.\d/)
  })

  test('takes the one that the environment names, or that of the PATH', async () => {
    const path = program(name, name === 'zsh' ? 'zsh 5.9 (x86_64)' : 'fish, version 3.6.0')
    const expected = { path, version: name === 'zsh' ? '5.9' : '3.6.0', prelude: '' }
    expect(await findShell(name, { env: { [variable]: path, PATH: '/nowhere' } })).toEqual(expected)
    expect(await findShell(name, { env: { PATH: `/nowhere:${folder}` } })).toEqual(expected)
  })

  test('refuses another program, and names the package if apt-get fails', async () => {
    const path = program(name, 'another one')
    await expect(findShell(name, { env: { [variable]: path } })).rejects.toThrow(`is no ${name}: it says another one`)
    // A file where the cache should be.
    const search = findShell(name, { env: { PATH: '/nowhere' }, cache: path })
    await expect(search).rejects.toThrow(`apt-get install ${name}`)
  })
})
