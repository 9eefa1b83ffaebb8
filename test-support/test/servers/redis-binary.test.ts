import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { redisBinary, startRedis } from '@revoked/test-support'
import { expect, test } from 'vitest'
import { findRedisBinary } from '../../src/servers/redis-binary.ts'

test('finds a server, once', async () => {
  const binary = await redisBinary()
  expect(binary.path).toMatch(/^\//)
  expect(['redis', 'valkey']).toContain(binary.kind)
  expect(Number(binary.version.split('.')[0])).toBeGreaterThanOrEqual(6)
  expect(await redisBinary()).toBe(binary)
  const server = await startRedis()
  expect(String(await server.command('INFO', 'server'))).toContain(`version:${binary.version}`)
  await server.stop()
})

test('takes the server that the environment names', async () => {
  const { path } = await redisBinary()
  expect(await findRedisBinary({ env: { REVOKED_REDIS_SERVER: path, PATH: '' } })).toEqual(await redisBinary())
})

test.each([
  ['/no/such/file', 'does not run as a Redis server'],
  ['/bin/false', 'does not run as a Redis server'],
  ['/bin/echo', 'is not a Redis server'],
])('refuses %s in the environment, even if there is a server on the PATH', async (path, reason) => {
  const search = findRedisBinary({ env: { ...process.env, REVOKED_REDIS_SERVER: path } })
  await expect(search).rejects.toThrow(`REVOKED_REDIS_SERVER=${path} ${reason}`)
})

test('unpacks the server of the system where none is on the PATH, or says what to install', async () => {
  const search = findRedisBinary({ env: { PATH: '/nowhere' } })
  const outcome = await search.catch((error: unknown) => error)
  const isDebian = (await exitCodeOf('apt-get', '--version')) === 0
  if (!isDebian) return expect(String(outcome)).toContain('Install it')
  expect(outcome).toMatchObject({ kind: 'redis', path: expect.stringContaining('node_modules/.cache') })
}, 60_000)

async function exitCodeOf(file: string, ...args: string[]): Promise<number | undefined> {
  try {
    const [code] = await once(spawn(file, args, { stdio: 'ignore' }), 'exit')
    return Number(code)
  } catch {
    return undefined
  }
}
