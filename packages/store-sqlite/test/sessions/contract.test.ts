import { sessionCases, sessionFailureCases, sessionTransactionCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { type SqliteDriver, sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type SqliteSessionsOptions, sqliteSessions, sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { beginIn } from '../support/open-stores.ts'

/** Opens two handles on sessions in a new file. */
function openSessions({ Database }: SqliteDriver, options: SqliteSessionsOptions = {}) {
  const folder = temporaryFolder()
  const database = new Database(folder.path())
  const [store, peer] = [sqliteSessions(database, options), sqliteSessions(database, options)]
  return {
    store,
    peer,
    database,
    breakDown: () => store.disconnect(),
    begin: () => beginIn(database),
    close: () => {
      store.disconnect()
      peer.disconnect()
      database.close()
      folder.remove()
    },
  }
}

for (const driver of await sqliteDrivers()) {
  describe(`over ${driver.name}`, () => {
    const open = () => openSessions(driver)
    describeCases('a store of sessions', sessionCases, { open })
    describeCases('a store of sessions that is disconnected', sessionFailureCases, { open })
    describeCases('a transaction of the application', sessionTransactionCases, { open })
    describeCases('a store with hashed subjects', sessionCases, {
      open: () => openSessions(driver, { hashSubjects: true }),
    })

    test('keeps sessions beside the marks of a store, over a restart', async () => {
      const { store, peer, database, close } = open()
      onTestFinished(close)
      const marks = sqliteStore(database)
      onTestFinished(() => marks.close())
      const now = Date.now()
      const times = { openedAt: now, usedAt: now, authenticatedAt: now, idleMs: 60_000, endsAt: now + 600_000 }
      const session = { id: 'phone', subject: 'ada@example.org', data: '', ...times }
      await store.open(session)
      await store.closeAll('bob', { openedUntil: now })
      store.disconnect()
      peer.disconnect()
      const again = sqliteSessions(database)
      onTestFinished(() => again.disconnect())
      expect(await again.list('ada@example.org')).toEqual([session])
      expect(await again.open({ ...session, subject: 'bob' })).toEqual({ opened: false, closedUntil: now })
    })

    test('stores no subject in the clear with hashSubjects', async () => {
      const { store, database, close } = openSessions(driver, { hashSubjects: true })
      onTestFinished(close)
      const now = Date.now()
      const times = { openedAt: now, usedAt: now, authenticatedAt: now, idleMs: 60_000, endsAt: now + 600_000 }
      await store.open({ id: 'phone', subject: 'ada@example.org', data: '', ...times })
      await store.closeAll('ada@example.org', { openedUntil: now - 1 })
      for (const table of ['revoked_sessions', 'revoked_closings'])
        expect(JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all())).not.toContain('ada')
      expect(() => sqliteSessions(database)).toThrow(/hashSubjects: true/)
    })

    test('rejects what is no session, use or limit', async () => {
      const { store, close } = open()
      onTestFinished(close)
      const now = Date.now()
      const times = { openedAt: now, usedAt: now, authenticatedAt: now, idleMs: 60_000, endsAt: now + 600_000 }
      const session = { id: 'phone', subject: 'ada', data: '', ...times }
      await expect(store.open({ ...session, usedAt: 0.5 })).rejects.toThrow(RangeError)
      await expect(store.open({ ...session, id: 1 as unknown as string })).rejects.toThrow(TypeError)
      await expect(store.open(session, { maxOpen: -1, instead: [] })).rejects.toThrow(RangeError)
      await expect(store.touch({ ...session, usedAt: -1 })).rejects.toThrow(RangeError)
    })
  })
}
