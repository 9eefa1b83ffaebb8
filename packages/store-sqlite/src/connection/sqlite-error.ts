/** The primary result code of SQLite for a lock that another connection holds. */
const busy = 5

/**
 * Returns whether another connection held the lock. better-sqlite3 names the code of SQLite, and
 * `node:sqlite` has its number, whose upper bits say more.
 */
export function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown }
  if (typeof errcode === 'number') return (errcode & 0xff) === busy
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY')
}
