/** The guide that moves tables of revoked tokens, on the tables of each system. */
import { createHash } from 'node:crypto'
import { type Claims, createRevocation, type Revocation } from '@revoked/core'
import { migrate, postgresStore } from '@revoked/store-postgres'
import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compileSqlGuide, type SqlGuide } from './support/sql-guide.ts'
import { createTables, exp, iat, lists, logOutInOldTables } from './support/token-tables.ts'

type Query = (sql: string, values: (string | number)[]) => Promise<readonly unknown[]>
type NamedClaims = Claims & { readonly jti: string; readonly exp: number }
interface Both {
  readonly logOutOfBoth: (by: object, claims: NamedClaims) => Promise<void>
  readonly isInEither: (by: object, claims: NamedClaims) => Promise<boolean>
}
interface Hashes {
  readonly isRevokedOrHashed: (revocation: Revocation, token: string, claims: Claims) => Promise<boolean>
}

let server: PostgresServer
let pool: pg.Pool
let guide: SqlGuide
let revocation: Revocation
const query: Query = async (sql, values) => (await pool.query<object>(sql, values)).rows

beforeAll(async () => {
  // Columns without a time zone must be read as UTC all the same.
  server = await startPostgres({ settings: { timezone: 'America/New_York' } })
  pool = new pg.Pool({ connectionString: server.url })
  await migrate(pool)
  await createTables(query)
  revocation = createRevocation({ store: postgresStore(pool), maxTokenLifetime: '14d', clockTolerance: '30s' })
  guide = await compileSqlGuide('moving-from-a-token-blacklist-table.md')
}, 180_000)
afterAll(async () => {
  await pool.end()
  await server.stop()
  guide.remove()
})
beforeEach(() => forgetMarks())

const forgetMarks = (): Promise<unknown> => query('DELETE FROM revoked.marks', [])

/** Lines that make what the script needs, and copy all tables in small batches. */
const copyAll = (url: string): string => `
  const pool = new pg.Pool({ connectionString: '${url}', max: 1 })
  const revocation = createRevocation({ store: postgresStore(pool), maxTokenLifetime: '14d', clockTolerance: '30s' })
  const by = { revocation, size: 2, query: async (sql, values) => (await pool.query(sql, values)).rows }
  const counts = []
  for (const table of [guide.deviseJwt, guide.simpleJwt, guide.laravelCache("it's_cache_"), guide.homeMade])
    counts.push(await guide.takeOver(table, by))
  counts.push(await guide.takeOverUsers(guide.validAfter, by))
  console.log(counts.join(' '))
  await pool.end()`

const isRevoked = (jti: string, more: Partial<Claims> = {}): Promise<boolean> =>
  revocation.isRevoked({ sub: 'nobody', jti, iat, exp, ...more })

/** Expects exactly the tokens to be refused that the old systems refuse. */
async function expectAsBefore(when: string): Promise<void> {
  const found: Record<string, boolean> = {}
  for (const jti of [...lists.revoked, ...lists.active]) found[jti] = await isRevoked(jti)
  const expected = Object.fromEntries([
    ...lists.revoked.map((jti) => [jti, true]),
    ...lists.active.map((jti) => [jti, false]),
  ])
  expect(found, when).toEqual(expected)
  // The column of user 1 is at `iat`, the second of its token.
  const users = [
    { sub: '1', iat: iat - 1 },
    { sub: '1', iat },
    { sub: '2', iat: iat - 1 },
  ].map(({ sub, iat: issued }) => isRevoked('other', { sub, iat: issued }))
  expect(await Promise.all(users), when).toEqual([true, false, false])
}

describe('the copy of tables in PostgreSQL', () => {
  test('refuses the tokens that the old systems refuse, and no others', { timeout: 60_000 }, async () => {
    const { exitCode, output } = await guide.run('takeOver', copyAll(server.url))
    expect(output).toBe('4 4 4 4 1\n')
    expect(exitCode).toBe(0)
    await expectAsBefore('copied')
    // Tokens for ever are kept as long as any token may live, which is rounded up by 1/64.
    const [{ latest }] = (await query('SELECT max(expires_at) AS latest FROM revoked.marks', [])) as [
      { latest: number },
    ]
    expect(latest).toBeLessThan(Date.now() + 14.3 * 86_400_000)
    const marks = 'SELECT count(*)::int AS marks FROM revoked.marks'
    const before = await query(marks, [])
    expect((await guide.run('takeOver', copyAll(server.url))).exitCode).toBe(0)
    await expectAsBefore('copied twice')
    expect(await query(marks, [])).toEqual(before)
  })

  test('is complete if it was killed before any of its statements', { timeout: 400_000 }, async () => {
    let kills = 0
    let wasIncomplete = false
    for (let statement = 1; ; statement++) {
      await forgetMarks()
      const { exitCode, output } = await guide.run('takeOver', killedAt(statement) + copyAll(server.url))
      if (exitCode === 0) break
      expect(output).toBe('')
      kills++
      wasIncomplete ||= !(await isRevoked('home-3'))
      for (const jti of lists.active) expect(await isRevoked(jti)).toBe(false)
      expect((await guide.run('takeOver', copyAll(server.url))).exitCode).toBe(0)
      await expectAsBefore(`killed at statement ${statement}`)
    }
    expect(kills).toBeGreaterThan(20)
    expect(wasIncomplete).toBe(true)
  })

  test('keeps sliding tokens of simplejwt, which outlive their rows', async () => {
    const { simpleJwt, takeOver } = await guide.load<{
      simpleJwt: { sql: string; start: number }
      takeOver: (table: object, by: object) => Promise<number>
    }>('takeOver')
    const sql = simpleJwt.sql
      .replace(/extract\(epoch FROM issued\.expires_at\)::float8 AS exp/, 'NULL::float8 AS exp')
      .replace(/extract\(epoch FROM issued\.expires_at\) > \$2::float8/, '$2::float8 > 0')
    await takeOver({ ...simpleJwt, sql }, { query, revocation })
    expect(await isRevoked('simple-expired')).toBe(true)
    expect(await isRevoked('simple-outstanding')).toBe(false)
  })

  test('finds the tokens of copied hashes', async () => {
    const { isRevokedOrHashed } = await guide.load<Hashes>('isRevokedOrHashed')
    const hash = createHash('sha256').update('a.b.c').digest('hex')
    await revocation.revoke([{ token: { jti: hash, exp } }, { token: { jti: 'known', exp } }])
    const claims = { sub: 'ada', iat, exp }
    expect(await isRevokedOrHashed(revocation, 'a.b.c', claims)).toBe(true)
    expect(await isRevokedOrHashed(revocation, 'a.b.d', claims)).toBe(false)
    expect(await isRevokedOrHashed(revocation, 'a.b.d', { ...claims, jti: 'known' })).toBe(true)
  })
})

describe('while both systems run,', () => {
  test('a logout counts in both, whichever system took it', { timeout: 30_000 }, async () => {
    const { logOutOfBoth, isInEither } = await guide.load<Both>('isInEither')
    const by = { query, revocation }
    const claims = (jti: string): NamedClaims => ({ sub: 'ada', jti, iat, exp })
    expect(await isInEither(by, claims('both-1'))).toBe(false)
    await logOutOfBoth(by, claims('both-1'))
    await logOutOfBoth(by, claims('both-1'))
    expect(await isRevoked('both-1')).toBe(true)
    const rows = await query(`SELECT extract(epoch FROM exp)::int AS exp FROM jwt_denylist WHERE jti = 'both-1'`, [])
    expect(rows).toEqual([{ exp }, { exp }])
    await logOutInOldTables(query, 'both-2')
    expect(await isRevoked('both-2')).toBe(false)
    expect(await isInEither(by, claims('both-2'))).toBe(true)
    await query(`DELETE FROM jwt_denylist WHERE jti LIKE 'both-%'`, [])
    expect(await isInEither(by, claims('both-1'))).toBe(true)
    const failing = { revocation, query: () => Promise.reject(new Error('no table')) }
    await expect(isInEither(failing, claims('both-1'))).rejects.toThrow('no table')
  })
})

describe('the copy of a home-made table in SQLite', () => {
  test('is complete if it was killed before any of its statements', { timeout: 200_000 }, async () => {
    let kills = 0
    for (let statement = 1; ; statement++) {
      const killed = await guide.run('takeOver', `${fillSqlite}; let statements = -${statement}; ${copySqlite}`)
      const again = await guide.run('takeOver', `${openSqlite}; let statements = 0; ${copySqlite}`)
      expect(again, `killed at statement ${statement}`).toEqual({ exitCode: 0, output: '3 true,true,true,false,false' })
      if (killed.exitCode === 0) break
      kills++
    }
    expect(kills).toBeGreaterThan(20)
  })
})

const openSqlite = `
  const database = new Database(import.meta.dirname + '/guide.db')`

/** Lines that create the table anew, as a home-made list in SQLite has it. */
const fillSqlite = `${openSqlite}
  for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'revoked%' AND type = 'table'").all())
    database.exec('DROP TABLE ' + name)
  database.exec('DROP TABLE IF EXISTS token_blacklist; CREATE TABLE token_blacklist (jti TEXT PRIMARY KEY, expires_at TEXT NOT NULL)')
  const insert = database.prepare("INSERT INTO token_blacklist VALUES (?, datetime('now', ?))")
  for (const [jti, end] of [['a', '1 hour'], ['b', '1 hour'], ['c', '1 day'], ['expired', '-1 hour']]) insert.run(jti, end)`

/** Lines that copy the table, and print what is refused. They die when `statements` gets to 0. */
const copySqlite = `
  const count = (prototype, method) => {
    const run = prototype[method]
    prototype[method] = function (...given) {
      if (++statements === 0) process.kill(process.pid, 'SIGKILL')
      return run.apply(this, given)
    }
  }
  count(Database.prototype, 'exec')
  for (const method of ['run', 'get', 'all']) count(Object.getPrototypeOf(database.prepare('SELECT 1')), method)
  const revocation = createRevocation({ store: sqliteStore(database), maxTokenLifetime: '14d' })
  const query = async (sql, values) => database.prepare(sql).all(...values)
  const copied = await guide.takeOver(guide.homeMadeInSqlite, { query, revocation, size: 2 })
  const now = Math.floor(Date.now() / 1000)
  const check = (jti) => revocation.isRevoked({ jti, iat: now, exp: now + 900 })
  process.stdout.write(copied + ' ' + (await Promise.all(['a', 'b', 'c', 'expired', 'other'].map(check))).join())`

/** Returns lines that kill the process before a statement is sent. */
const killedAt = (statement: number): string => `
  let statements = 0
  const send = pg.Client.prototype.query
  pg.Client.prototype.query = function (...given) {
    if (++statements === ${statement}) process.kill(process.pid, 'SIGKILL')
    return send.apply(this, given)
  }`
