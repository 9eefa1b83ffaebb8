import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createSessions } from '@revoked/sessions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, runCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf, tokenOf } from '../support/tokens.ts'

const modules = join(import.meta.dirname, '../../../../node_modules')

const options = `maxTokenLifetime: '1h', claims: ['client_id'], timeout: '5s'`

/** Configurations that open a store with each client, as an application does. */
const configs: Readonly<Record<string, { readonly kind: keyof typeof places; readonly text: string }>> = {
  ioredis: {
    kind: 'redis',
    text: `
import { redisSessions, redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'
const client = new Redis(process.env.ADDRESS, { maxRetriesPerRequest: 1 })
client.on('error', () => {})
export default { store: redisStore(client), sessions: redisSessions(client), ${options}, close: () => client.disconnect() }
`,
  },
  'node-redis': {
    kind: 'redis',
    text: `
import { redisSessions, redisStore } from '@revoked/store-redis'
import { createClient } from 'redis'
const client = createClient({ url: process.env.ADDRESS, disableOfflineQueue: true })
client.on('error', () => {})
const connecting = client.connect().catch(() => {})
await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, 2_000))])
export default { store: redisStore(client), sessions: redisSessions(client), ${options}, close: () => client.destroy() }
`,
  },
  pg: {
    kind: 'postgres',
    text: `
import { postgresSessions, postgresStore } from '@revoked/store-postgres'
import pg from 'pg'
const pool = new pg.Pool({ connectionString: process.env.ADDRESS, connectionTimeoutMillis: 2_000 })
pool.on('error', () => {})
export const config = { store: postgresStore(pool), sessions: postgresSessions(pool), ${options}, close: () => pool.end() }
`,
  },
  'postgres.js': {
    kind: 'postgres',
    text: `
import { postgresSessions, postgresStore } from '@revoked/store-postgres'
import postgres from 'postgres'
const sql = postgres(process.env.ADDRESS, { connect_timeout: 2, onnotice: () => {} })
export const config = { store: postgresStore(sql), sessions: postgresSessions(sql), ${options}, close: () => sql.end({ timeout: 1 }) }
`,
  },
  'the file of SQLite': {
    kind: 'sqlite',
    text: `
import { sqliteSessions, sqliteStore } from '@revoked/store-sqlite'
const { Database } = await import(process.env.DRIVER).then((module) => ({ Database: module.DatabaseSync ?? module.default }))
const database = new Database(process.env.ADDRESS.slice('sqlite:'.length))
const [store, sessions] = [sqliteStore(database), sqliteSessions(database)]
database.close()
export default { store, sessions, ${options}, close: () => (store.close(), sessions.disconnect()) }
`,
  },
}

/** Commands that only read, each of which needs an answer of the store. */
const reads = [
  ['doctor'],
  ['check', '--subject', 'ada'],
  ['stats'],
  ['export'],
  ['sessions', 'list', '--subject', 'ada'],
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-config-'))
  symlinkSync(modules, join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The module of the driver that this version of Node has. */
function sqliteModule({ cwd }: Place): string {
  return process.getBuiltinModule('node:sqlite') ? 'node:sqlite' : join(cwd, 'node_modules/better-sqlite3/lib/index.js')
}

for (const [client, { kind, text }] of Object.entries(configs)) {
  describe(`a configuration with an open store over ${client}`, { timeout: 60_000 }, () => {
    let place: Place
    let file: string
    beforeAll(async () => {
      place = await places[kind]()
      file = join(folder, `${client.replaceAll(' ', '-')}.config.mjs`)
      writeFileSync(file, text)
    }, 120_000)
    afterAll(() => place.close())

    const run = (args: readonly string[], stdin?: string): Promise<CliRun> =>
      runCli([...args, '--config', file], {
        cwd: folder,
        env: { ADDRESS: place.address, DRIVER: sqliteModule(place) },
        ...(stdin !== undefined && { stdin }),
      })

    test('lists and closes sessions, and the application sees it', async () => {
      const revocation = await applicationOver(place)
      const sessions = createSessions({ store: place.sessions, revocation, idleTimeout: '1h', absoluteLifetime: '1h' })
      for (const id of ['phone', 'laptop', 'tablet']) await sessions.open({ subject: 'ada', id })
      const { iat } = claimsOf('ada')
      const listed = await run(['sessions', 'list', '--subject', 'ada', '--json'])
      expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
      expect(
        JSON.parse(listed.stdout)
          .map(({ id }: { id: string }) => id)
          .sort(),
      ).toEqual(['laptop', 'phone', 'tablet'])
      const close = ['sessions', 'close', '--subject', 'ada']
      const dry = await run([...close, '--all', '--dry-run'])
      expect(dry).toEqual({ exitCode: 0, stdout: 'would close 3 sessions\n', stderr: '' })
      const closed = await run([...close, '--session', 'phone', '--reason', 'device_lost'])
      expect(closed).toEqual({ exitCode: 0, stdout: 'closed 1 session\n', stderr: '' })
      expect(await revocation.check({ ...claimsOf('ada'), sid: 'phone' })).toMatchObject({ reason: 'device_lost' })
      expect((await sessions.list('ada')).map(({ id }) => id).sort()).toEqual(['laptop', 'tablet'])
      expect(await run([...close, '--all', '--json'])).toMatchObject({ exitCode: 0, stdout: '{"closed":2}\n' })
      expect(await sessions.list('ada')).toEqual([])
      expect(await revocation.check({ ...claimsOf('ada'), iat })).toMatchObject({ status: 'revoked' })
    })

    test('has all commands over it', async () => {
      const token = tokenOf(claimsOf('bob'))
      const doctor = await run(['doctor'])
      expect(doctor).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/unchecked: The store answers/) })
      expect(await run(['check', '--token', '-'], token)).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['bulk', 'revoke', '--reason', 'listed'], 'bob\nbill\n')).toMatchObject({ exitCode: 0 })
      expect(await run(['why', '--token', '-'], token)).toMatchObject({ exitCode: 3, stderr: '' })
      expect(JSON.parse((await run(['stats', '--json'])).stdout).byReason.listed).toBe(2)
      expect(await run(['top', '--once'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/subscribers/) })
      expect(await run(['watch', '--for', '1s'])).toMatchObject({ exitCode: 0 })
      const { stdout } = await run(['export'])
      expect(await run(['import'], stdout)).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['reinstate', '--subject', 'bob'])).toMatchObject({ exitCode: 0 })
    })

    test('refuses flags that name another store', async () => {
      for (const flag of [['--prefix', 'shop'], ['--partitions', '2'], ['--schema', 'auth'], ['--hash-ids']])
        expect(await run(['stats', ...flag])).toMatchObject({
          exitCode: 2,
          stderr: expect.stringContaining(`${flag[0]} does not go with`),
        })
    })

    test('exits with 4 if the store fails', async () => {
      await place.break()
      const failing = async (args: readonly string[]): Promise<void> => {
        const { exitCode, stderr } = await run(args)
        expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 4 })
        expect(stderr).not.toContain(place.address)
      }
      await Promise.all(reads.map(failing))
    })
  })
}

const otherDrivers = [
  ['redis', 'redis'],
  ['postgres', 'postgres'],
] as const

for (const [kind, driver] of otherDrivers) {
  describe(`an address with ${driver} as the only driver of the folder`, { timeout: 60_000 }, () => {
    let place: Place
    const cwd = mkdtempSync(join(tmpdir(), 'revoked-driver-'))
    beforeAll(async () => {
      place = await places[kind]()
      const linked = join(cwd, 'node_modules', driver)
      mkdirSync(dirname(linked))
      symlinkSync(join(modules, driver), linked)
    }, 120_000)
    afterAll(async () => {
      await place.close()
      rmSync(cwd, { recursive: true })
    })

    const run = (args: readonly string[], stdin?: string): Promise<CliRun> =>
      runCli(args, { cwd, env: place.env, ...(stdin !== undefined && { stdin }) })

    test('has all commands over it', async () => {
      const revocation = await applicationOver(place)
      const sessions = createSessions({ store: place.sessions, revocation, idleTimeout: '1h', absoluteLifetime: '1h' })
      await sessions.open({ subject: 'ada', id: 'phone' })
      expect(await run(['doctor'])).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['revoke', '--subject', 'ada', '--reason', 'own'])).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['check', '--subject', 'ada'])).toMatchObject({ exitCode: 3, stderr: '' })
      expect(await run(['why', '--subject', 'ada'])).toMatchObject({ exitCode: 3, stderr: '' })
      expect(await run(['stats'])).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['watch', '--for', '1s'])).toMatchObject({ exitCode: 0, stderr: 'watching for changes\n' })
      const top = await run(['top', '--once', '--json'])
      expect(JSON.parse(top.stdout)).toMatchObject({ marks: 1, subscribers: expect.any(Number) })
      const { stdout } = await run(['export'])
      expect(await run(['import'], stdout)).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['bulk', 'revoke'], 'bob\n')).toMatchObject({ exitCode: 0, stderr: '' })
      expect(await run(['sessions', 'close', '--subject', 'ada', '--session', 'phone'])).toMatchObject({ exitCode: 0 })
    })

    test('exits with 4 if the server hangs, and if it is gone', async () => {
      place.freeze?.()
      const exitCodes = async (): Promise<(number | null)[]> =>
        (await Promise.all(reads.map((args) => run(args)))).map(({ exitCode }) => exitCode)
      expect(await exitCodes()).toEqual([4, 4, 4, 4, 4])
      await place.break()
      expect(await exitCodes()).toEqual([4, 4, 4, 4, 4])
    })
  })
}
