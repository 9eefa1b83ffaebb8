import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@revoked/testing/postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { findPostgres, postgresBinaries } from '../../src/postgres/postgres-binaries.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-postgres-search-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Creates a folder with a program that says that it is a server. */
function programs(name: string, says: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'postgres'), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  return path
}

test('finds the programs, once', async () => {
  const binaries = await postgresBinaries()
  expect(Number(binaries.version.split('.')[0])).toBeGreaterThanOrEqual(13)
  expect(await postgresBinaries()).toBe(binaries)
  const server = await startPostgres()
  const [row] = await server.query('SHOW server_version')
  expect(String(row?.['server_version'])).toContain(binaries.version)
  await server.stop()
})

describe('the search', () => {
  const chosen = programs('chosen', 'postgres (PostgreSQL) 17.2')
  const onPath = programs('path', 'postgres (PostgreSQL) 16.1 (Debian 16.1-1)')
  const installed = join(folder, 'installed')
  programs('installed/9/bin', 'postgres (PostgreSQL) 9.6.1')
  programs('installed/14/bin', 'postgres (PostgreSQL) 14.3')
  mkdirSync(join(installed, '15/bin'), { recursive: true })

  test('takes the folder that the environment names, before the PATH', async () => {
    const { path, version } = await findPostgres({ env: { REVOKED_POSTGRES_BIN: chosen, PATH: onPath }, installed })
    expect([version, path('initdb')]).toEqual(['17.2', join(chosen, 'initdb')])
  })

  test('takes the PATH before the installed versions', async () => {
    const { path, version } = await findPostgres({ env: { PATH: `/nowhere::${onPath}` }, installed })
    expect([version, path('initdb')]).toEqual(['16.1', join(onPath, 'initdb')])
  })

  test('takes the newest installed version that has a server', async () => {
    const { version } = await findPostgres({ env: { PATH: '/nowhere' }, installed })
    expect(version).toBe('14.3')
  })

  test.each([
    ['/no/such/folder', 'has no postgres that runs'],
    [programs('other', 'a database'), 'has no PostgreSQL: its postgres says a database'],
  ])('refuses %s in the environment, even if there is a server on the PATH', async (path, reason) => {
    const search = findPostgres({ env: { REVOKED_POSTGRES_BIN: path, PATH: onPath }, installed })
    await expect(search).rejects.toThrow(`REVOKED_POSTGRES_BIN=${path} ${reason}`)
  })

  test('names the package to install if there is no server and apt-get fails', async () => {
    // A file where the cache should be.
    const cache = join(folder, 'taken')
    copyFileSync('/bin/sh', cache)
    const search = findPostgres({ env: { PATH: '/nowhere' }, installed: '/nowhere', cache })
    await expect(search).rejects.toThrow(/^There is no PostgreSQL to start: .*apt-get install postgresql/)
    await expect(search).rejects.toHaveProperty('cause.code', expect.stringMatching(/^(EEXIST|ENOTDIR|ENOENT)$/))
  })
})
