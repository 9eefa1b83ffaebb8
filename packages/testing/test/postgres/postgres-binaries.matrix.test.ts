import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@revoked/testing/postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { findPostgres } from '../../src/postgres/postgres-binaries.ts'
import { reachableCache } from '../../src/postgres/reachable-cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-postgres-cache-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('unpacks a server of the system if there is no other, and it runs', async () => {
  const binaries = await findPostgres({ env: { PATH: '/nowhere' }, installed: '/nowhere' }).catch(
    (error: unknown) => error,
  )
  if (binaries instanceof Error) return expect(String(binaries)).toContain('Install it')
  const found = binaries as Awaited<ReturnType<typeof findPostgres>>
  expect(found.path('postgres')).toContain('postgres-')
  const server = await startPostgres({ binaries: found })
  const [row] = await server.query("SELECT current_setting('server_version') AS version, pg_jit_available() AS jit")
  expect(row).toEqual({ version: expect.stringContaining(found.version), jit: false })
  await server.stop()
}, 120_000)

describe('the folder of unpacked programs', () => {
  test('is that of the checkout if the account of servers may enter it', async () => {
    chmodSync(folder, 0o755)
    expect(await reachableCache(join(folder, 'open'))).toBe(join(folder, 'open'))
  })

  test('is a temporary one if only root may enter the checkout', async () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const cache = join(closed, 'cache')
    const isRoot = process.getuid?.() === 0
    expect(await reachableCache(cache, folder)).toBe(isRoot ? join(folder, 'revoked-cache-0') : cache)
  })

  test.runIf(process.getuid?.() === 0)('is refused if others can change it', async () => {
    const closed = join(folder, 'private')
    const temporary = join(folder, 'temporary')
    for (const path of [closed, temporary]) mkdirSync(path, { mode: 0o700 })
    symlinkSync(folder, join(temporary, 'revoked-cache-0'))
    await expect(reachableCache(closed, temporary)).rejects.toThrow('is not a folder that only this account can change')
    rmSync(join(temporary, 'revoked-cache-0'))
    mkdirSync(join(temporary, 'revoked-cache-0'))
    chmodSync(join(temporary, 'revoked-cache-0'), 0o777)
    await expect(reachableCache(closed, temporary)).rejects.toThrow('is not a folder that only this account can change')
  })
})
