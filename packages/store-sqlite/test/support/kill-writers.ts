import { setTimeout as delay } from 'node:timers/promises'
import { decodeMark, type LogPosition } from '@revoked/core'
import { eventually } from '@revoked/testing'
import type { SqliteDriver } from '@revoked/testing/sqlite-drivers'
import { sqliteStore } from '../../src/index.ts'
import { startProgram } from './run-program.ts'

/** What a writer that was killed has left behind. */
export interface Leftovers {
  /** The batches that it had acknowledged. */
  readonly acknowledged: number
  /** The acknowledged batches of which a mark, or an entry of the audit trail, is missing. */
  readonly lost: readonly string[]
  /** Other faults of the file: an inconsistent log, or pages. */
  readonly faults: readonly string[]
}

/** Starts a writer, kills it by SIGKILL at some time while it writes, and inspects the file. */
export async function killWriter(
  driver: SqliteDriver,
  { path, name, kind }: { readonly path: string; readonly name: string; readonly kind: 'honest' | 'early' },
): Promise<Leftovers> {
  const writer = startProgram('write-until-killed.mjs', [path, name, kind])
  await eventually(() => writer.lines().length > 0 || writer.process.exitCode !== null, 'the writer writes', 30_000)
  await delay(Math.random() * 60)
  writer.process.kill('SIGKILL')
  const { how, errors } = await writer.ended
  if (how !== 'SIGKILL') throw new Error(`The writer ended by itself: ${errors}`)
  return await inspect(driver, path, writer.lines())
}

async function inspect({ Database }: SqliteDriver, path: string, acknowledged: readonly string[]): Promise<Leftovers> {
  const database = new Database(path)
  const store = sqliteStore(database, { auditFor: '1h' })
  try {
    const keys = acknowledged.flatMap((batch) => {
      const size = 1 + (Number(batch.split('-').at(-1)) % 40)
      return Array.from({ length: size }, (_, index) => ({ scope: 'jti', value: `${batch}/${index}` }))
    })
    const found = new Set((await store.find(keys)).map(({ key }) => key.value))
    const lost = keys.filter(({ value }) => !found.has(value)).map(({ value }) => value.split('/')[0] ?? '')
    const count = database.prepare('SELECT count(*) AS n FROM revoked_audit WHERE actor = ?')
    const unaudited = acknowledged.filter((batch) => {
      const { n } = count.get(batch) as { readonly n: number }
      return n !== 1 + (Number(batch.split('-').at(-1)) % 40)
    })
    const check = database.prepare('PRAGMA integrity_check').get() as { readonly integrity_check: string }
    const faults = check.integrity_check === 'ok' ? [] : [check.integrity_check]
    return {
      acknowledged: acknowledged.length,
      lost: [...new Set([...lost, ...unaudited])],
      faults: [...faults, ...(await faultsOfLog(store, database))],
    }
  } finally {
    store.close()
    database.close()
  }
}

/**
 * The log must end where the feed says, and its last entries must be what the keys hold. Another
 * writer may trim it meanwhile: then this begins again at what is the oldest entry.
 */
async function faultsOfLog(
  store: ReturnType<typeof sqliteStore>,
  database: InstanceType<SqliteDriver['Database']>,
): Promise<readonly string[]> {
  const { position } = await store.read(0)
  const selectOldest = database.prepare('SELECT sequence, tip FROM revoked_log ORDER BY sequence LIMIT 1')
  const oldestAfter = (sequence: number): LogPosition | undefined => {
    const oldest = selectOldest.get() as { readonly sequence: number; readonly tip: string } | undefined
    return oldest !== undefined && oldest.sequence > sequence ? { ...position, ...oldest } : undefined
  }
  let at = oldestAfter(0)
  if (at === undefined) return position.sequence === 0 ? [] : ['the log is empty']
  const mark = database.prepare('SELECT mark FROM revoked_marks WHERE scope = ? AND value = ?')
  for (;;) {
    const page = await store.read(0, at)
    if (page.reset) {
      at = oldestAfter(at.sequence)
      if (at === undefined) return ['the log has a hole']
      continue
    }
    for (const { key, mark: logged } of page.entries) {
      const row = mark.get(key.scope, key.value) as { readonly mark: string } | undefined
      if (row === undefined || logged === undefined || decodeMark(row.mark).expiresAt !== logged.expiresAt)
        return ['the log has an entry that the store has not']
    }
    at = page.entries.at(-1)?.position ?? at
    // Another writer may write on meanwhile, so it is the end of this page.
    if (page.complete) return at.tip === page.position.tip ? [] : ['the log does not end where it says']
  }
}
