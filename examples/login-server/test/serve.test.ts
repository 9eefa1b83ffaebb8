import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../dist/serve.js', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts the program, and resolves with all that it printed when it listens. */
async function serve(port: string): Promise<{ child: ChildProcess; printed: string }> {
  const child = spawn(process.execPath, [program], { env: { ...process.env, PORT: port }, stdio: 'pipe' })
  children.push(child)
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += chunk
    if (printed.includes('/admin/status')) break
  }
  return { child, printed }
}

test('stops cleanly on Ctrl-C', { timeout: 15_000 }, async () => {
  const { child, printed } = await serve('0')
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
  expect((await fetch(`${url}/me`)).status).toBe(401)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('reports that the port is taken', { timeout: 15_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const run = spawnSync(process.execPath, [program], { env: { ...process.env, PORT: String(port) }, encoding: 'utf8' })
  other.close()
  expect(run.stderr).toMatch(/^Cannot listen on port \d+: .*EADDRINUSE/)
  expect(run.status).toBe(1)
})

const hasShell = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0)

test.runIf(hasShell)('prints curl lines that work when pasted', { timeout: 30_000 }, async () => {
  const { printed } = await serve('0')
  const lines = printed.split('\n').filter((line) => line.startsWith('  '))
  const { stdout } = await promisify(execFile)('bash', ['-c', lines.join('\n')])
  const statuses = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').at(-1))
  expect(statuses.join(' ')).toBe('200 200 401 200 200 401 200 200 401 200')
  expect(stdout.trim().split('\n').at(-1)).toBe('{"marks":3} 200')
})
