import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { someMark } from '../support/marks.ts'

for (const { name, Database } of await sqliteDrivers()) {
  /** The store opens its connection with the class of the database that it is given. */
  class SmallDisk extends Database {
    constructor(path: string) {
      super(path)
      this.exec('PRAGMA max_page_count = 120')
    }
  }

  describe(`over ${name}, on a disk that is full`, () => {
    test('rejects records, keeps what was acknowledged, and answers checks', async () => {
      const folder = temporaryFolder()
      const database = new SmallDisk(folder.path())
      const store = sqliteStore(database)
      onTestFinished(() => {
        store.close()
        database.close()
        folder.remove()
      })
      const keysOf = (batch: number) =>
        Array.from({ length: 20 }, (_, index) => ({ scope: 'jti', value: `${batch}-${index}` }))
      const acknowledged: { readonly scope: string; readonly value: string }[] = []
      const failures: unknown[] = []
      for (let batch = 0; batch < 200 && failures.length < 3; batch++) {
        await store.record(keysOf(batch).map((key) => ({ key, mark: someMark() }))).then(
          () => acknowledged.push(...keysOf(batch)),
          (error: unknown) => failures.push(error),
        )
      }
      expect(failures).toHaveLength(3)
      expect(String(failures[0])).toMatch(/full/)
      expect(String(failures[0])).not.toContain(folder.path())
      expect(acknowledged.length).toBeGreaterThan(20)
      expect(await store.find(acknowledged)).toHaveLength(acknowledged.length)
      expect(await store.find(keysOf(199))).toEqual([])
      // The log has what the store has, and no more.
      const { position } = await store.read(0)
      expect(position.sequence).toBe(acknowledged.length)
      // What is forgotten takes no room.
      await store.forget(acknowledged.slice(0, 1))
    })
  })
}
