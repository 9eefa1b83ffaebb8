// @ts-check
// Measures an import by the command line, and the checks of another process meanwhile.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { createRevocation } from '@revoked/core'
import { migrate, postgresStore } from '@revoked/store-postgres'
import { redisStore } from '@revoked/store-redis'
import { startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createId, createPayload } from '../measure/tokens.mjs'

const { values } = parseArgs({ options: { store: { type: 'string' }, marks: { type: 'string', default: '10000' } } })
const marks = Number(values.marks)
const baselineMs = 2_000
const bin = fileURLToPath(new URL('../../../packages/cli/dist/bin.js', import.meta.url))
const cwd = fileURLToPath(new URL('../..', import.meta.url))

const opened = values.store === 'Redis' ? await openRedis() : await openPostgres()
const folder = await mkdtemp(join(tmpdir(), 'revoked-import-'))
const revocation = createRevocation({ store: opened.store, maxTokenLifetime: '24h', timeout: '10s' })
await revocation.ready()
const file = join(folder, 'marks.ndjson')
await writeExport(file)

const before = await checkUntil(setTimeout(baselineMs))
const startedAt = performance.now()
const imported = cli('import', '--file', file, '--json')
const meanwhile = await checkUntil(imported)
const seconds = (performance.now() - startedAt) / 1_000
const { missing } = JSON.parse(await imported)
await opened.close()
await rm(folder, { recursive: true })
console.log(
  JSON.stringify({
    seconds,
    perSecond: marks / seconds,
    missing,
    answered: meanwhile.times.length,
    unavailable: meanwhile.unavailable,
    before: summaryOf(before.times),
    meanwhile: summaryOf(meanwhile.times),
    longestMs: summaryOf(meanwhile.times).longest,
    server: opened.server,
  }),
)
process.exit()

/** @param {string[]} args */
async function cli(...args) {
  const env = { ...process.env, REVOKED_STORE: opened.url }
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { cwd, env })
  return stdout
}

/**
 * Checks tokens that are not revoked, until something has ended.
 *
 * @param {Promise<unknown>} end
 */
async function checkUntil(end) {
  /** @type {number[]} */
  const times = []
  let unavailable = 0
  let hasEnded = false
  const ended = end.finally(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    const askedAt = performance.now()
    const { status } = await revocation.check(createPayload())
    if (status === 'active') times.push(performance.now() - askedAt)
    else unavailable++
    await setTimeout(1)
  }
  await ended
  return { times, unavailable }
}

/** @param {readonly number[]} times */
function summaryOf(times) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99), longest: at(1) }
}

/**
 * Writes an export: the first line is that of the empty store, and the marks are of tokens,
 * sessions and subjects.
 *
 * @param {string} path
 */
async function writeExport(path) {
  const [header] = (await cli('export')).split('\n')
  const expiresAt = Date.now() + 3_600_000
  const stream = createWriteStream(path)
  stream.write(`${header}\n`)
  for (let from = 0; from < marks; from += 1_000) {
    let text = ''
    for (let index = from; index < Math.min(marks, from + 1_000); index++) {
      const scope = index % 10 < 7 ? 'jti' : index % 10 < 9 ? 'sid' : 'sub'
      text += `{"scope":"${scope}","value":"${createId()}","mark":[1,null,${expiresAt}]}\n`
    }
    if (!stream.write(text)) await once(stream, 'drain')
  }
  stream.end(`${JSON.stringify({ end: true, marks, digests: 0 })}\n`)
  await once(stream, 'close')
}

async function openRedis() {
  const server = await startRedis()
  const client = new Redis(server.url)
  return {
    url: server.url,
    store: redisStore(client),
    server: `${server.binary.kind} ${server.binary.version}`,
    close: async () => {
      client.disconnect()
      await server.stop()
    },
  }
}

async function openPostgres() {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.url })
  await migrate(pool)
  return {
    url: server.url,
    store: postgresStore(pool),
    server: `PostgreSQL ${String((await pool.query('SHOW server_version')).rows[0].server_version).split(' ')[0]}`,
    close: async () => {
      await pool.end()
      await server.stop()
    },
  }
}
