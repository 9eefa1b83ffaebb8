import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { eventually } from '@revoked/testing'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { someMark, subject } from '../support/marks.ts'

for (const { name, Database } of await sqliteDrivers()) {
  function openStore() {
    const folder = temporaryFolder()
    const database = new Database(folder.path())
    const store = sqliteStore(database)
    database.close()
    onTestFinished(() => {
      store.close()
      folder.remove()
    })
    return { store, path: folder.path() }
  }

  /** Moves another database, or none, to the path. Its WAL goes too, as the documentation says. */
  function replace(path: string, other?: string): void {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
    if (other !== undefined) renameSync(other, path)
  }

  describe(`over ${name}`, () => {
    test('keeps everything revoked over a restart', async () => {
      const { store, path } = openStore()
      await store.record([{ key: subject('alice'), mark: someMark() }])
      const { position } = await store.read(0)
      store.close()
      const database = new Database(path)
      const again = sqliteStore(database)
      onTestFinished(() => {
        again.close()
        database.close()
      })
      expect(await again.find([subject('alice'), subject('bob')])).toMatchObject([{ key: subject('alice') }])
      expect((await again.read(0)).position).toEqual(position)
    })

    test('rejects every call while the file is gone, and creates none', async () => {
      const { store, path } = openStore()
      await store.record([{ key: subject('alice'), mark: someMark() }])
      const start = (await store.read(0)).position
      replace(path)
      await expect(store.read(0, start)).rejects.toThrow('gone')
      await expect(store.record([{ key: subject('bob'), mark: someMark() }])).rejects.toThrow('gone')
      await eventually(() => {
        try {
          return store.find([subject('bob')]) === undefined
        } catch (error) {
          return String(error).includes('gone')
        }
      }, 'find fails')
    })

    test('uses the file that replaces its own, and resets followers', async () => {
      const { store, path } = openStore()
      await store.record([{ key: subject('alice'), mark: someMark() }])
      // The backup has alice. Then bob is revoked, and the backup is restored.
      const backup = `${path}.backup`
      const database = new Database(path)
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
      copyFileSync(path, backup)
      await store.record([{ key: subject('bob'), mark: someMark() }])
      const { position } = await store.read(0)
      replace(path, backup)
      expect(await store.read(0, position)).toMatchObject({ reset: true })
      expect(await store.find([subject('alice'), subject('bob')])).toMatchObject([{ key: subject('alice') }])
      await store.record([{ key: subject('carol'), mark: someMark() }])
      // The new entry has the same epoch and sequence as that of bob, and another tip.
      const end = (await store.read(0)).position
      expect([end.epoch, end.sequence]).toEqual([position.epoch, position.sequence])
      expect(await store.read(0, position)).toMatchObject({ reset: true })
    })
  })
}
