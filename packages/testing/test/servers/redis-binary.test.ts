import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisBinary, startRedis } from '@revoked/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { engineAnswers } from '../../src/servers/container-engine.ts'
import { findRedisBinary } from '../../src/servers/redis-binary.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-search-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Says that it is a server. */
function program(name: string, says: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 })
  return path
}

test('finds a server, once', async () => {
  const binary = await redisBinary()
  expect(['redis', 'valkey']).toContain(binary.kind)
  expect(Number(binary.version.split('.')[0])).toBeGreaterThanOrEqual(6)
  expect(await redisBinary()).toBe(binary)
  const server = await startRedis()
  expect(String(await server.command('INFO', 'server'))).toContain(`version:${binary.version}`)
  await server.stop()
})

describe('the search', () => {
  const redis = program('redis-server', 'Redis server v=7.0.15 sha=00000000:0')
  const valkey = program('valkey-server', 'Valkey server v=8.1.1 sha=00000000:0')

  test('takes the server that the environment names, before those on the PATH', async () => {
    const found = { path: valkey, kind: 'valkey', version: '8.1.1' }
    expect(await findRedisBinary({ env: { REVOKED_REDIS_SERVER: valkey, PATH: folder } })).toEqual(found)
  })

  test('takes redis-server from the PATH, or else valkey-server', async () => {
    const onlyValkey = join(folder, 'valkey')
    mkdirSync(onlyValkey)
    symlinkSync(valkey, join(onlyValkey, 'valkey-server'))
    expect(await findRedisBinary({ env: { PATH: `/nowhere::${folder}` } })).toMatchObject({ path: redis })
    expect(await findRedisBinary({ env: { PATH: onlyValkey } })).toMatchObject({ kind: 'valkey', version: '8.1.1' })
  })

  test.each([
    ['/no/such/file', 'does not run as a Redis server'],
    ['/bin/false', 'does not run as a Redis server'],
    ['/bin/echo', 'is not a Redis server'],
  ])('refuses %s in the environment, even if there is a server on the PATH', async (path, reason) => {
    const search = findRedisBinary({ env: { REVOKED_REDIS_SERVER: path, PATH: folder } })
    await expect(search).rejects.toThrow(`REVOKED_REDIS_SERVER=${path} ${reason}`)
  })
})

describe('a Docker engine', () => {
  const started: Server[] = []
  afterEach(async () => {
    for (const server of started.splice(0)) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  })

  async function engine(status: number): Promise<NodeJS.ProcessEnv> {
    const socket = join(folder, `engine-${status}.sock`)
    const server = createServer((question, answer) => {
      answer.statusCode = question.url === '/_ping' ? status : 404
      answer.end('OK')
    })
    started.push(server)
    server.listen(socket)
    await once(server, 'listening')
    return { DOCKER_HOST: `unix://${socket}` }
  }

  test('answers at the socket that the environment names', async () => {
    expect(await engineAnswers(await engine(200))).toBe(process.platform === 'linux')
  })

  test('that fails, is missing or runs on another machine does not count', async () => {
    expect(await engineAnswers(await engine(500))).toBe(false)
    expect(await engineAnswers({ DOCKER_HOST: `unix://${join(folder, 'none.sock')}` })).toBe(false)
    expect(await engineAnswers({ DOCKER_HOST: 'tcp://127.0.0.1:2375' })).toBe(false)
  })

  test('that hangs delays the search only a little', async () => {
    const socket = join(folder, 'hung.sock')
    const server = createServer(() => undefined)
    started.push(server)
    server.listen(socket)
    await once(server, 'listening')
    expect(await engineAnswers({ DOCKER_HOST: `unix://${socket}` })).toBe(false)
  })
})

const nobody = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }

test('names the packages to install if there is no server and apt-get fails', async () => {
  // A file where the cache should be.
  const cache = join(folder, 'taken')
  copyFileSync('/bin/sh', cache)
  const search = findRedisBinary({ env: { PATH: '/nowhere', ...nobody }, cache })
  await expect(search).rejects.toThrow(
    /^There is no Redis server to start: .* Install it \(apt-get install redis-server/,
  )
  await expect(search).rejects.toHaveProperty('cause.code', expect.stringMatching(/^(EEXIST|ENOTDIR|ENOENT)$/))
})

test('unpacks a server of the system if there is no other and no Docker engine', async () => {
  const binary = await findRedisBinary({ env: { PATH: '/nowhere', ...nobody } }).catch((error: unknown) => error)
  if (binary instanceof Error) return expect(String(binary)).toContain('Install it')
  expect(binary).toMatchObject({ kind: 'redis', path: expect.stringContaining('node_modules/.cache') })
  expect(binary).not.toHaveProperty('image')
}, 60_000)
