import { exec } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createRevocation, type Revocation } from '@revoked/core'
import { createSessions, type Sessions } from '@revoked/sessions'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const pages = join(root, 'docs/operate')
const texts = readdirSync(pages).map((page) => readFileSync(join(pages, page), 'utf8'))

/** The scripts of the pages, by the name in their first line. */
const scripts = new Map(
  texts.flatMap((text) =>
    Array.from(text.matchAll(/^```js\n\/\/ (?<name>\S+\.mjs)\n(?<code>.*?)^```$/gms), ({ groups = {} }) => [
      groups['name'] ?? '',
      groups['code'] ?? '',
    ]),
  ),
)

/** The commands of the pages that run a script. */
const commands = texts.flatMap((text) =>
  Array.from(
    text.matchAll(/^node (?<command>\S+\.mjs[^#\n]*)/gm),
    ({ groups = {} }) => groups['command']?.trim() ?? '',
  ),
)

const folder = mkdtempSync(join(root, 'node_modules', '.runbook-'))
const iat = Math.floor(Date.now() / 1_000) - 60
const claimsOf = (sub: string, changes = {}) => ({
  sub,
  sid: `of ${sub}`,
  jti: `by ${sub}`,
  iat,
  exp: iat + 3_600,
  ...changes,
})
const run = new Set<string>()

let server: RedisServer
let client: Redis
let revocation: Revocation
let sessions: Sessions<unknown>

beforeAll(async () => {
  for (const [name, code] of scripts) writeFileSync(join(folder, name), code)
  server = await startRedis()
  client = new Redis(server.url)
}, 60_000)
beforeEach(async () => {
  await server.command('FLUSHALL')
  revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  sessions = createSessions({ store: redisSessions(client), revocation, idleTimeout: '30m', absoluteLifetime: '30d' })
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** Runs a command of the pages as it stands there, and returns what it prints. */
async function paste(command: string, url = server.url): Promise<string> {
  expect(commands).toContain(command)
  run.add(command)
  const env = { ...process.env, REDIS_URL: url }
  const { stdout } = await promisify(exec)(`node ${command}`, { cwd: folder, env, timeout: 20_000 })
  return stdout
}

const statusOf = async (claims: object): Promise<string> => (await revocation.check(claims)).status

describe('the runbook', { timeout: 30_000 }, () => {
  test('refuses every token after a leak of the key', async () => {
    expect(await statusOf(claimsOf('ada'))).toBe('active')
    expect(await paste('revoke-everything.mjs')).toContain('is refused')
    expect(await statusOf(claimsOf('ada'))).toBe('revoked')
    expect(await statusOf(claimsOf('ada', { iat: iat + 65 }))).toBe('active')
  })

  test('says which marks apply to a user, or that none does', async () => {
    expect(await paste('why.mjs ada')).toContain('no mark applies')
    await revocation.revoke({ subject: 'ada' }, { reason: 'password_changed' })
    await revocation.revoke({ everything: true })
    const lines = (await paste('why.mjs ada')).trim().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^sub: issued until 20\S+Z, password_changed$/),
      expect.stringMatching(/^all: issued until 20\S+Z, no reason$/),
    ])
  })

  test('revokes a file of users, and can be run again', async () => {
    const users = Array.from({ length: 1_200 }, (_, index) => `user-${index}`)
    writeFileSync(join(folder, 'users.txt'), `${users.join('\n')}\n`)
    expect(await paste('revoke-users.mjs users.txt')).toContain('revoked 1200 users')
    expect(await paste('revoke-users.mjs users.txt')).toContain('revoked 1200 users')
    expect(await statusOf(claimsOf('user-0'))).toBe('revoked')
    expect(await statusOf(claimsOf('user-1199'))).toBe('revoked')
    expect(await statusOf(claimsOf('ada'))).toBe('active')
  })

  test('refuses what was issued before a loss of data, and no later token', async () => {
    const lostAt = Date.parse('2026-11-26T14:30:00Z') / 1_000
    const issuedAt = (at: number) => claimsOf('ada', { iat: at, exp: at + 3_600 })
    const now = () => (lostAt + 120) * 1_000
    revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h', now })
    await paste('after-loss.mjs 2026-11-26T14:30:00Z')
    const found = await redisStore(client).find([{ scope: 'all', value: '' }])
    expect(found.map(({ mark }) => mark.cutoff)).toEqual([lostAt * 1_000])
    expect(await statusOf(issuedAt(lostAt))).toBe('revoked')
    expect(await statusOf(issuedAt(lostAt + 1))).toBe('active')
  })

  test('says what is wrong with a server, and with one that is down', async () => {
    expect(await paste('diagnose.mjs')).toContain('no-persistence')
    expect(await paste('diagnose.mjs', 'redis://127.0.0.1:1')).toContain('error unreachable')
  })

  test('lists the sessions of a user, and ends one or all of them', async () => {
    const phone = await sessions.open({ subject: 'ada', device: 'Phone' })
    const laptop = await sessions.open({ subject: 'ada', device: 'Laptop' })
    expect(await paste('sessions-of.mjs ada')).toContain(`${phone.id} "Phone"`)
    await promisify(exec)(`node sessions-of.mjs ada ${phone.id}`, {
      cwd: folder,
      env: { ...process.env, REDIS_URL: server.url },
    })
    expect(await statusOf(claimsOf('ada', { sid: phone.id }))).toBe('revoked')
    expect(await statusOf(claimsOf('ada', { sid: laptop.id }))).toBe('active')
    expect(await paste('sessions-of.mjs ada all')).toBe('')
    expect(await statusOf(claimsOf('ada', { sid: laptop.id }))).toBe('revoked')
  })

  test('repeats the revocations since an instant, as of their time', async () => {
    const lines = [
      { at: '2026-11-26T14:28:00Z', target: { subject: 'early' } },
      { at: '2026-11-26T14:29:30Z', target: { subject: 'ada' }, reason: 'password_changed' },
      { at: '2026-11-26T14:29:40Z', target: { session: 's1' } },
    ]
    writeFileSync(join(folder, 'revocations.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
    const output = await paste('repeat-revocations.mjs revocations.jsonl 2026-11-26T14:29:00Z')
    expect(output).toContain('repeated 2 revocations')
    const found = await redisStore(client).find([
      { scope: 'sub', value: 'early' },
      { scope: 'sub', value: 'ada' },
      { scope: 'sid', value: 's1' },
    ])
    const cutoffs = found.map(({ key, mark }) => [key.value, mark.cutoff])
    expect(cutoffs.sort()).toEqual([
      ['ada', Date.parse('2026-11-26T14:29:30Z')],
      ['s1', Number.POSITIVE_INFINITY],
    ])
  })

  test('copies all marks to a store with other partitions', async () => {
    await revocation.revoke([{ subject: 'ada' }, { session: 's1' }, { jti: 'a1' }])
    expect(await paste('copy-marks.mjs')).toContain('copied 3 marks')
    const to = redisStore(client, { prefix: 'revoked-2', partitions: 4 })
    revocation = createRevocation({ store: to, maxTokenLifetime: '24h' })
    expect(await statusOf(claimsOf('ada'))).toBe('revoked')
    expect(await statusOf(claimsOf('bob', { sid: 's1' }))).toBe('revoked')
    expect(await statusOf(claimsOf('bob', { jti: 'a1' }))).toBe('revoked')
    expect(await statusOf(claimsOf('bob'))).toBe('active')
  })

  test('counts the marks by scope', async () => {
    await revocation.revoke([{ subject: 'ada' }, { subject: 'bob' }, { session: 's1' }])
    expect(JSON.parse(await paste('count-marks.mjs'))).toEqual({ sub: 2, sid: 1 })
  })

  test('has settings of Redis with which nothing is found', async () => {
    const [, settings = ''] =
      texts.map((text) => /^```text\n# redis\.conf\n(.*?)^```$/ms.exec(text)).find(Boolean) ?? []
    const args = settings
      .trim()
      .split('\n')
      .flatMap((line) => `--${line}`.split(' '))
    const good = await startRedis({ args })
    try {
      expect(await paste('check-redis.mjs', good.url)).toBe('')
    } finally {
      await good.stop()
    }
    expect(await paste('check-redis.mjs')).toContain('no-persistence')
  })

  test('has alerts that are raised one by one', async () => {
    const healthy = { state: 'live', isSubscribed: true, resets: 0, gaps: 0, ignoredMessages: 0 }
    const deaf = { ...healthy, isSubscribed: false }
    const changes = [{ state: 'stale' }, { resets: 1 }, { gaps: 11 }, { ignoredMessages: 1 }]
    const pairs = [
      [healthy, healthy],
      [deaf, healthy],
      [deaf, deaf],
      ...changes.map((change) => [{ ...healthy, ...change }, healthy]),
    ]
    const lines = [
      "import { alertsOf } from './alerts.mjs'",
      `const pairs = ${JSON.stringify(pairs)}`,
      'console.log(JSON.stringify(pairs.map(([now, before]) => alertsOf(now, before).length)))',
    ]
    writeFileSync(join(folder, 'try-alerts.mjs'), lines.join('\n'))
    const { stdout } = await promisify(exec)('node try-alerts.mjs', { cwd: folder })
    expect(stdout.split('\n')).toContain('[0,0,1,1,1,1,1]')
  })

  test('has no command that the tests above do not run', () => {
    expect([...run].sort()).toEqual([...new Set(commands)].sort())
  })
})
