import { writeFileSync } from 'node:fs'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isInTransaction } from '../src/connection/sqlite-database.ts'
import { type SqliteDatabase, sqliteStore } from '../src/index.ts'
import { temporaryFolder } from './support/files.ts'
import { someMark, subject } from './support/marks.ts'

const drivers = await sqliteDrivers()
const hasNodeSqlite = drivers.some(({ name }) => name === 'node:sqlite')

test('refuses what is neither a path nor a database', () => {
  for (const wrong of [undefined, null, 1, {}, [], () => {}, Promise.resolve()])
    expect(() => sqliteStore(wrong as unknown as string)).toThrow(TypeError)
})

test('refuses databases in memory', () => {
  for (const path of ['', ':memory:', 'file::memory:?cache=shared'])
    expect(() => sqliteStore(path)).toThrow(/@revoked\/store-memory/)
  for (const { Database } of drivers) {
    const database = new Database(':memory:')
    onTestFinished(() => void database.close())
    expect(() => sqliteStore(database)).toThrow(/@revoked\/store-memory/)
  }
})

test('a path needs node:sqlite, or the error says what to pass', async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  if (hasNodeSqlite) {
    const store = sqliteStore(folder.path())
    onTestFinished(() => store.close())
    expect(await store.record([{ key: subject('alice'), mark: someMark() }])).toEqual([true])
    return
  }
  expect(() => sqliteStore(folder.path())).toThrow(/better-sqlite3.*new Database/)
})

test('refuses wrong options', () => {
  const wrong = [
    { synchronous: 'off' },
    { logLength: 0 },
    { hashIds: 1 },
    { now: 1 },
    { busyTimeout: 'x' },
    { auditFor: -1 },
    { sync: 'full' },
  ]
  for (const options of wrong) expect(() => sqliteStore('x.db', options as object)).toThrow()
})

for (const { name, Database } of drivers) {
  describe(`over ${name}`, () => {
    function folderWith(): string {
      const folder = temporaryFolder()
      onTestFinished(folder.remove)
      return folder.path()
    }

    function opened(path: string) {
      const database = new Database(path)
      onTestFinished(() => void database.close())
      return database
    }

    function thrownBy(operation: () => unknown): unknown {
      try {
        operation()
      } catch (error) {
        return error
      }
      throw new Error('It did not throw.')
    }

    test('syncs each commit to the disk unless it is told not to', () => {
      const seen: unknown[] = []
      class Spy extends Database {
        constructor(path: string) {
          super(path)
          connections.push(this)
        }
      }
      const connections: SqliteDatabase[] = []
      const database = new Spy(folderWith())
      for (const options of [{}, { synchronous: 'normal' }] as const) {
        const store = sqliteStore(database, options)
        const pragma = (what: string) => Object.values(Object(connections.at(-1)?.prepare(`PRAGMA ${what}`).get()))[0]
        seen.push([pragma('synchronous'), pragma('journal_mode'), pragma('busy_timeout')])
        store.close()
      }
      database.close()
      expect(seen).toEqual([
        [2, 'wal', 5],
        [1, 'wal', 5],
      ])
    })

    test('refuses a database that is read-only', () => {
      const path = folderWith()
      const first = sqliteStore(opened(path))
      first.close()
      class ReadOnly extends Database {
        constructor(given: string) {
          super(given, name === 'node:sqlite' ? { readOnly: true } : { readonly: true })
        }
      }
      const database = new ReadOnly(path)
      onTestFinished(() => void database.close())
      expect(() => sqliteStore(database)).toThrow(/readonly|read-only/)
    })

    test('refuses a file that is no database, and names no path', () => {
      const path = folderWith()
      writeFileSync(path, 'This is no database, but a text that is long enough to look like one. '.repeat(20))
      const error = thrownBy(() => sqliteStore(opened(path)))
      expect(String(error)).toContain('not a database')
      expect(String(error)).not.toContain(path)
    })

    test('refuses another hashIds than that of the file', () => {
      const database = opened(folderWith())
      sqliteStore(database, { hashIds: true }).close()
      expect(() => sqliteStore(database)).toThrow(/hashIds: true/)
    })

    test('refuses tables of another version', () => {
      const database = opened(folderWith())
      sqliteStore(database).close()
      database.exec("UPDATE revoked_state SET text = '9' WHERE name = 'format'")
      expect(() => sqliteStore(database)).toThrow(/another version/)
    })

    test('stores no id in the clear with hashIds', async () => {
      const database = opened(folderWith())
      const store = sqliteStore(database, { hashIds: true, auditFor: '1h' })
      onTestFinished(() => store.close())
      const note = { at: Date.now(), subjects: [subject('alice@example.org')] }
      await store.record([{ key: subject('alice@example.org'), mark: someMark() }], note)
      for (const table of ['revoked_marks', 'revoked_log', 'revoked_audit'])
        expect(JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all())).not.toContain('alice')
      expect(await store.find([subject('alice@example.org')])).toMatchObject([{ key: subject('alice@example.org') }])
    })

    test('knows whether a transaction is open, also if the driver does not say so', () => {
      const database = opened(folderWith())
      const mute: SqliteDatabase = {
        exec: (sql) => database.exec(sql),
        prepare: (sql) => database.prepare(sql),
        close: () => database.close(),
      }
      expect([isInTransaction(database), isInTransaction(mute)]).toEqual([false, false])
      database.exec('BEGIN')
      expect([isInTransaction(database), isInTransaction(mute)]).toEqual([true, true])
      database.exec('COMMIT')
      expect([isInTransaction(database), isInTransaction(mute)]).toEqual([false, false])
    })

    test('refuses within a database without a transaction, or of another file', () => {
      const [database, other] = [opened(folderWith()), opened(folderWith())]
      const store = sqliteStore(database)
      onTestFinished(() => store.close())
      expect(() => store.within(database)).toThrow(/BEGIN IMMEDIATE/)
      other.exec('BEGIN')
      expect(() => store.within(other)).toThrow(/same file/)
      other.exec('COMMIT')
    })
  })
}
