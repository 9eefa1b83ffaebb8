// Opens the store that a child process of a test uses, over the first driver of this Node.
import { sqliteStore } from '@revoked/store-sqlite'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'

/** Opens the store in the file at the path. */
export async function openStore(path, options = {}) {
  const [{ Database }] = await sqliteDrivers('main')
  const database = new Database(path)
  const store = sqliteStore(database, { auditFor: '1h', ...options })
  return { store, database }
}

/** Returns a mark that revokes everything for an hour. */
export function someMark() {
  return { cutoff: Infinity, expiresAt: Date.now() + 3_600_000 }
}
