import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRevocation } from '@revoked/core'
import { migrate, postgresSessions, postgresStore } from '@revoked/store-postgres'
import { startPostgres } from '@revoked/testing/postgres'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, runCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver } from '../support/tokens.ts'

/** Commands that only read, with options that would add to what services agree on. */
const wrong = ['--max-token-lifetime', '90d', '--claim-names', 'tenant']
const reads = [
  ['doctor'],
  ['check', '--subject', 'ada'],
  ['why', '--subject', 'ada'],
  ['stats'],
  ['top', '--once'],
  ['watch', '--for', '1s'],
  ['export'],
  ['bulk', 'revoke', '--dry-run'],
  ['revoke', '--subject', 'eve', '--dry-run'],
  ['sessions', 'list', '--subject', 'ada'],
  ['sessions', 'close', '--subject', 'ada', '--all', '--dry-run'],
]

for (const [store, open] of Object.entries(places)) {
  describe(`commands that read, over ${store}`, { timeout: 120_000 }, () => {
    let place: Place
    beforeAll(async () => {
      place = await open()
    }, 120_000)
    afterAll(() => place.close())

    const run = (args: readonly string[]): Promise<CliRun> =>
      runCli(args, { cwd: place.cwd, env: place.env, stdin: 'ada\neve\n' })

    test('say that no service has used a store, and leave it like that', async () => {
      const before = await place.dump()
      for (const args of reads) {
        const { exitCode, stdout, stderr } = await run(args)
        if (args[0] === 'doctor') expect(stdout).toMatch(/unused/)
        else {
          expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: '' })
          expect(stderr).toMatch(/No service has agreed on settings in this store yet.*--prefix or --schema/)
        }
      }
      expect(await place.dump()).toEqual(before)
    })

    test('add nothing to what services have agreed on, whatever they are given', async () => {
      await (await applicationOver(place)).revoke({ subject: 'ada' })
      await place.sessions.list('ada')
      // In PostgreSQL, who reads the log puts into it what was recorded.
      await place.store.read(0)
      const before = await place.dump()
      for (const args of reads) {
        const { exitCode, stderr } = await run([...args, ...wrong])
        expect({ args, exitCode, stderr }).toMatchObject({
          exitCode: expect.toSatisfy((code) => [0, 3].includes(code)),
        })
      }
      expect(await place.dump()).toEqual(before)
      // The control: a command that writes agrees.
      expect(await run(['revoke', '--subject', 'eve', ...wrong])).toMatchObject({ exitCode: 0 })
      expect(JSON.stringify(await place.dump())).not.toBe(JSON.stringify(before))
    })
  })
}

test('commands that read create no tables in a file of another application', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'revoked-other-'))
  try {
    const [driver] = await sqliteDrivers()
    if (driver === undefined) throw new Error('There is no driver of SQLite.')
    const { cwd, close } = await places.sqlite()
    await close()
    const path = join(folder, 'other.db')
    const database = new driver.Database(path)
    database.exec('CREATE TABLE orders (id INTEGER)')
    const tables = () => database.prepare('SELECT name FROM sqlite_master').all().length
    for (const args of reads.filter(([name]) => name !== 'doctor')) {
      const { exitCode } = await runCli([...args, ...wrong, '--store', `sqlite:${path}`], { cwd, stdin: 'ada\n' })
      expect({ args, exitCode, tables: tables() }).toEqual({ args, exitCode: 2, tables: 1 })
    }
    database.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a store without a list of sessions is told from one without open sessions', { timeout: 60_000 }, async () => {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.url, max: 2 })
  pool.on('error', () => undefined)
  try {
    await migrate(pool)
    await createRevocation({ store: postgresStore(pool), maxTokenLifetime: '1h' }).ready()
    const at = { cwd: import.meta.dirname, env: { REVOKED_STORE: server.url }, stdin: 'ada\n' }
    const list = ['sessions', 'list', '--subject', 'ada']
    expect(await runCli(list, at)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/keeps a list of/) })
    const dryRun = await runCli(['bulk', 'revoke', '--dry-run'], at)
    expect(dryRun.stdout).toBe('would revoke 1 target: 1 mark would change\n')
    await postgresSessions(pool).list('ada')
    expect(await runCli(list, at)).toMatchObject({ exitCode: 0, stdout: 'No session of the user is open.\n' })
  } finally {
    await pool.end()
    await server.stop()
  }
})
