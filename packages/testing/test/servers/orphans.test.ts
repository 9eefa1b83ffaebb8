import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, runNode } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
// Inside the checkout, for the types of Node, and laid out like it, for what the sources find
// beside themselves.
const checkout = mkdtempSync(join(root, 'node_modules', '.orphans-'))
const folder = join(checkout, 'packages/testing')
afterAll(() => rmSync(checkout, { recursive: true }))

const program = `
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startPostgres } from './dist/postgres/index.js'
import { startRedis } from './dist/servers/redis-server.js'
const [, , name, kind] = process.argv

async function redis() {
  const server = await startRedis()
  const [, dir] = await server.command('CONFIG', 'GET', 'dir')
  return { server, dir, pids: [server.pid] }
}

async function postgres() {
  const server = await startPostgres()
  const segment = readFileSync(server.data + '/postmaster.pid', 'utf8').split('\\n')[6].trim().split(/ +/)[1]
  const busy = server.query('DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$')
  busy.catch(() => undefined)
  let rows = []
  while (rows.length === 0) rows = await server.query("SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO%'")
  if (kind === 'forget') await server.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  return { server, dir: dirname(server.data), pids: [server.pid, rows[0].pid], segment }
}

const { server, ...rest } = await { redis, postgres }[name]()
if (kind === 'hung') server.kill('SIGSTOP')
process.stdout.write(JSON.stringify(rest) + '\\n')
if (kind === 'exit') process.exit(3)
if (kind === 'crash') throw new Error('crash')
if (kind !== 'forget') setInterval(() => undefined, 1_000)
`

/** Returns true if the system has a segment of shared memory. */
function hasSegment(id: string): boolean {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n')
  return lines.some((line) => line.trim().split(/\s+/)[1] === id)
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  symlinkSync(join(root, 'packages/testing/containers'), join(folder, 'containers'))
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { outDir: 'dist', rootDir: join(root, 'packages/testing/src'), types: ['node'] },
    files: ['servers/redis-server.ts', 'postgres/index.ts'].map((file) => join(root, 'packages/testing/src', file)),
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'program.js'), program)
  const compiled = await runNode([join(root, 'node_modules/typescript/bin/tsc'), '--project', folder], root)
  expect(compiled).toEqual({ exitCode: 0, output: '' })
})

const ends = [
  ['exit', undefined, 3],
  ['crash', undefined, 1],
  ['forget', undefined, 0],
  ['stay', 'SIGTERM', null],
  ['stay', 'SIGKILL', null],
  ['hung', 'SIGKILL', null],
] as const

describe.each(['redis', 'postgres'])('of %s', { timeout: 20_000 }, (server) => {
  test.each(ends)('nothing outlives a process of the kind %s, signal %s', async (kind, signal, exitCode) => {
    const child = spawn(process.execPath, ['program.js', server, kind], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exited = once(child, 'exit')
    const [line] = await once(child.stdout, 'data')
    const { pids, dir, segment = '' }: { pids: number[]; dir: string; segment?: string } = JSON.parse(String(line))
    if (signal !== undefined) {
      expect([...pids.map(isRunning), existsSync(dir)]).not.toContain(false)
      expect(hasSegment(segment)).toBe(segment !== '')
      child.kill(signal)
    }
    expect(await exited).toEqual([exitCode, signal ?? null])
    await eventually(() => !pids.some(isRunning) && !existsSync(dir), 'the server and its folder are gone')
    expect(hasSegment(segment)).toBe(false)
  })
})
