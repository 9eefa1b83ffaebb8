import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, runNode } from '@revoked/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
// Inside the checkout, for the types of Node, and laid out like it, for what the sources find
// beside themselves.
const checkout = mkdtempSync(join(root, 'node_modules', '.orphans-'))
const folder = join(checkout, 'packages/testing')
afterAll(() => rmSync(checkout, { recursive: true }))

const program = `
import { startRedis } from './dist/servers/redis-server.js'
const server = await startRedis()
const [, dir] = await server.command('CONFIG', 'GET', 'dir')
if (process.argv[2] === 'hung') server.kill('SIGSTOP')
process.stdout.write(JSON.stringify({ pid: server.pid, dir }) + '\\n')
if (process.argv[2] === 'exit') process.exit(3)
if (process.argv[2] === 'crash') throw new Error('crash')
if (process.argv[2] !== 'forget') setInterval(() => undefined, 1_000)
`

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  symlinkSync(join(root, 'packages/testing/containers'), join(folder, 'containers'))
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { outDir: 'dist', rootDir: join(root, 'packages/testing/src'), types: ['node'] },
    files: [join(root, 'packages/testing/src/servers/redis-server.ts')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'program.js'), program)
  const compiled = await runNode([join(root, 'node_modules/typescript/bin/tsc'), '--project', folder], root)
  expect(compiled).toEqual({ exitCode: 0, output: '' })
})

test.each([
  ['exit', undefined, 3],
  ['crash', undefined, 1],
  ['forget', undefined, 0],
  ['stay', 'SIGTERM', null],
  ['stay', 'SIGKILL', null],
  ['hung', 'SIGKILL', null],
] as const)('no server and no folder outlive a process of the kind %s, signal %s', async (kind, signal, exitCode) => {
  const child = spawn(process.execPath, ['program.js', kind], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const { pid, dir } = JSON.parse(String(line))
  if (signal !== undefined) {
    expect([isRunning(pid), existsSync(dir)]).toEqual([true, true])
    child.kill(signal)
  }
  expect(await exited).toEqual([exitCode, signal ?? null])
  await eventually(() => !isRunning(pid) && !existsSync(dir), 'the server and its folder are gone')
})
