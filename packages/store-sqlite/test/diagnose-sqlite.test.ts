import { existsSync, writeFileSync } from 'node:fs'
import { createRevocation } from '@revoked/core'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { diagnoseSqlite, readSqliteSettings } from '../src/diagnose/index.ts'
import { sqliteStore } from '../src/index.ts'
import { temporaryFolder } from './support/files.ts'

for (const { name, Database } of await sqliteDrivers()) {
  describe(`a diagnosis over ${name}`, () => {
    function databaseIn(path: string) {
      const database = new Database(path)
      onTestFinished(() => void database.close())
      return database
    }

    function folderOf() {
      const folder = temporaryFolder()
      onTestFinished(folder.remove)
      return folder
    }

    async function usedDatabase() {
      const database = databaseIn(folderOf().path())
      const store = sqliteStore(database, { hashIds: true })
      onTestFinished(() => store.close())
      await createRevocation({ store, maxTokenLifetime: '1h', claims: ['client_id'] }).ready()
      return database
    }

    test('finds nothing wrong with a store in use', async () => {
      const found = diagnoseSqlite(await usedDatabase())
      // The disk of a test machine may be nearly full.
      expect(found.filter(({ code }) => code !== 'little-space')).toEqual([])
    })

    test('finds that no store was there, and creates no tables', () => {
      const database = databaseIn(folderOf().path())
      database.exec('CREATE TABLE users (name TEXT)')
      expect(diagnoseSqlite(database).map(({ code }) => code)).toContain('missing-tables')
      expect(readSqliteSettings(database)).toBeUndefined()
      expect(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toHaveLength(1)
    })

    test('finds tables of another version', async () => {
      const database = await usedDatabase()
      database.exec("UPDATE revoked_state SET text = '99' WHERE name = 'format'")
      expect(diagnoseSqlite(database).map(({ code }) => code)).toContain('other-version')
    })

    test('reads what services have agreed on', async () => {
      const database = await usedDatabase()
      expect(readSqliteSettings(database)).toMatchObject({
        maxTokenLifetime: 3_600_000,
        claims: ['client_id'],
        hashIds: true,
        hashSubjects: undefined,
      })
    })

    test('finds damage', () => {
      const path = folderOf().path()
      const database = databaseIn(path)
      database.exec('CREATE TABLE users (name TEXT)')
      writeFileSync(path, 'no database '.repeat(1_000))
      expect(diagnoseSqlite(database)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ level: 'error', code: expect.stringMatching(/not-a-database|damaged/) }),
        ]),
      )
    })
  })
}

test('a path without a file is a finding, and no file is created', async () => {
  const [driver] = await sqliteDrivers()
  if (driver?.name !== 'node:sqlite') {
    expect(() => diagnoseSqlite('missing.db')).toThrow(/better-sqlite3/)
    return
  }
  expect(diagnoseSqlite('missing.db').map(({ code }) => code)).toEqual(['missing-file'])
  expect(readSqliteSettings('missing.db')).toBeUndefined()
  expect(existsSync('missing.db')).toBe(false)
})

test('refuses what is neither a path nor a database', () => {
  expect(() => diagnoseSqlite({} as never)).toThrow(TypeError)
})
