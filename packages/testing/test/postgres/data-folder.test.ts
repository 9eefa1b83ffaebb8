import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createData, dataTemplate } from '../../src/postgres/data-folder.ts'
import { postgresAccount } from '../../src/postgres/postgres-account.ts'
import { postgresBinaries } from '../../src/postgres/postgres-binaries.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-data-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the data of a new server', { timeout: 30_000 }, () => {
  test('is kept where every account can copy it', async () => {
    const template = await dataTemplate(await postgresBinaries())
    const files = readdirSync(template, { recursive: true, encoding: 'utf8' })
    expect(files).toContain('postgresql.conf')
    expect(files.filter((file) => (statSync(join(template, file)).mode & 0o004) === 0)).toEqual([])
  })

  test('is a copy that only the account of the server can read', async () => {
    const data = join(folder, 'data')
    await createData(await postgresBinaries(), data)
    const { mode, uid } = statSync(data)
    expect([mode & 0o777, uid]).toEqual([0o700, postgresAccount()?.uid ?? process.getuid?.()])
    expect(existsSync(join(data, 'PG_VERSION'))).toBe(true)
  })
})
