import { eventually } from '@revoked/testing'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type SqliteStoreOptions, sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { someMark, subject } from '../support/marks.ts'

for (const { name, Database } of await sqliteDrivers()) {
  function openStore(options: SqliteStoreOptions = {}) {
    const folder = temporaryFolder()
    const database = new Database(folder.path())
    const store = sqliteStore(database, options)
    onTestFinished(() => {
      store.close()
      database.close()
      folder.remove()
    })
    return { store, database }
  }

  describe(`over ${name}`, () => {
    test('waits for a writer without blocking the event loop', async () => {
      const { store, database } = openStore()
      database.exec('BEGIN IMMEDIATE')
      const recording = store.record([{ key: subject('alice'), mark: someMark() }])
      let longest = 0
      for (const end = performance.now() + 200; performance.now() < end; ) {
        const before = performance.now()
        await new Promise(setImmediate)
        longest = Math.max(longest, performance.now() - before)
      }
      // A wait of SQLite is 5 ms, and that of the default of better-sqlite3 would be 5 s.
      expect(longest).toBeLessThan(150)
      expect(await store.find([subject('alice')])).toEqual([])
      database.exec('COMMIT')
      expect(await recording).toEqual([true])
    })

    test('rejects a write if the lock is not free within busyTimeout, and works afterwards', async () => {
      const { store, database } = openStore({ busyTimeout: '50ms' })
      database.exec('BEGIN IMMEDIATE')
      await expect(store.record([{ key: subject('alice'), mark: someMark() }])).rejects.toThrow('busyTimeout, 50 ms')
      database.exec('ROLLBACK')
      expect(await store.record([{ key: subject('alice'), mark: someMark() }])).toEqual([true])
    })

    test('sees what others revoke while a transaction of the application shows the past', async () => {
      const { store, database } = openStore()
      database.exec('BEGIN')
      database.prepare('SELECT count(*) FROM revoked_marks').get()
      await store.record([{ key: subject('alice'), mark: someMark() }])
      const past = database.prepare('SELECT count(*) AS n FROM revoked_marks').get()
      expect(past).toMatchObject({ n: 0 })
      expect(await store.find([subject('alice')])).toHaveLength(1)
      database.exec('COMMIT')
    })

    test('lets a failed record take back only what it wrote', async () => {
      const { store, database } = openStore()
      await store.record([{ key: subject('corrupt'), mark: someMark() }])
      database.exec("UPDATE revoked_marks SET mark = 'x' WHERE value = 'corrupt'")
      const bad = ['new', 'corrupt'].map((value) => ({ key: subject(value), mark: someMark() }))
      const results = await Promise.allSettled([
        store.record([{ key: subject('alice'), mark: someMark() }]),
        store.record(bad),
        store.record([{ key: subject('bob'), mark: someMark() }]),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      const found = await store.find(['new', 'alice', 'bob'].map(subject))
      expect(found.map(({ key }) => key.value)).toEqual(['alice', 'bob'])
      expect((await store.read(0)).position.sequence).toBe(3)
      expect(() => store.find([subject('corrupt')])).toThrow(expect.objectContaining({ code: 'ERR_CORRUPT_MARK' }))
    })

    test('rejects what waits when it is closed', async () => {
      const { store } = openStore()
      const recording = store.record([{ key: subject('alice'), mark: someMark() }])
      store.close()
      await expect(recording).rejects.toThrow('closed')
      await expect(store.record([])).rejects.toThrow('closed')
    })

    test('removes expired marks in the background', async () => {
      let ahead = 0
      const { store, database } = openStore({ now: () => Date.now() + ahead })
      const keys = Array.from({ length: 600 }, (_, index) => subject(`${index}`))
      await store.record(keys.map((key) => ({ key, mark: someMark() })))
      await store.record([{ key: subject('live'), mark: someMark({ expiresAt: Date.now() + 90_000_000 }) }])
      ahead = 7_200_000
      const count = database.prepare('SELECT count(*) AS n FROM revoked_marks')
      await eventually(() => Number((count.get() as { n: number }).n) === 1, 'the marks are removed', 5_000)
      expect(await store.find([subject('live')])).toHaveLength(1)
    })
  })
}
