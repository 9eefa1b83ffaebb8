import { eventually } from '@revoked/testing'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { describe, expect } from 'vitest'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import type { RedisClient } from '../../src/index.ts'
import { inShort, saneClients, saneNodeRedis, test } from '../support/diagnose-setup.ts'

describe.concurrent.each(saneClients)('%s', (_, connect) => {
  test('finds nothing on a good client that is still connecting to a good server', async ({ start, own }) => {
    const server = await start('--appendonly', 'yes', '--maxmemory', '100mb')
    expect(await diagnoseRedis(connect(server, own))).toEqual([])
  })

  test('leaves no keys and no subscribers on the server', async ({ start, own }) => {
    const server = await start('--appendonly', 'yes')
    await server.command('SET', 'theirs', '1')
    await diagnoseRedis(connect(server, own))
    expect(await server.command('KEYS', '*')).toEqual(['theirs'])
    const channels = async (): Promise<string> => String(await server.command('PUBSUB', 'CHANNELS'))
    await eventually(async () => (await channels()) === '', 'there is no subscriber')
  })

  test('reports settings that lose marks, for every form of replies', async ({ start, own }) => {
    const server = await start('--maxmemory', '10mb', '--maxmemory-policy', 'volatile-lru')
    expect(inShort(await diagnoseRedis(connect(server, own)))).toEqual(['error evicts-marks', 'warning no-persistence'])
  })

  test('reports what it could not check if CONFIG is forbidden, and checks the rest', async ({ start, own }) => {
    const server = await start('--rename-command', 'CONFIG', '')
    const findings = await diagnoseRedis(connect(server, own))
    expect(inShort(findings)).toEqual(['info unchecked'])
    expect(findings[0]?.message).toContain('save points')
  })

  test('names the commands that the user may not run', async ({ start, own }) => {
    const server = await start('--appendonly', 'yes')
    const rights = ['~{revoked:*', '&{revoked:*', '+@all', '-mset', '-set', '-publish', '-subscribe']
    await server.command('ACL', 'SETUSER', 'app', 'on', '>s3cret', ...rights)
    const client = connect({ port: server.port, username: 'app', password: 's3cret' }, own)
    const findings = await diagnoseRedis(client)
    expect(inShort(findings)).toEqual(['error missing-rights', 'warning cannot-subscribe'])
    expect(findings[0]?.message).toContain('may not run SET, PUBLISH on')
    expect(findings[1]?.message).toContain('NOPERM')
  })

  test('reports missing and wrong credentials without revealing them', async ({ start, own }) => {
    const { port } = await start('--requirepass', 's3cret')
    for (const address of [{ port }, { port, password: 'wr0ng' }]) {
      const findings = await diagnoseRedis(connect(address, own))
      expect(inShort(findings)).toEqual(['error unauthenticated'])
      expect(JSON.stringify(findings)).not.toMatch(/s3cret|wr0ng/)
    }
  })

  test('reports a stopped server as one finding within seconds, without its address', async ({ start, own }) => {
    const server = await start()
    await server.stop()
    const askedAt = performance.now()
    const findings = await diagnoseRedis(connect(server, own))
    expect(performance.now() - askedAt).toBeLessThan(6_000)
    expect(inShort(findings)).toEqual(['error unreachable'])
    expect(findings[0]?.message).toContain('ECONNREFUSED')
    expect(JSON.stringify(findings)).not.toMatch(new RegExp(`127\\.0|localhost|::1|${server.port}`))
  }, 20_000)

  test('reports a server that hangs as one finding, within seconds', async ({ start, own }) => {
    const server = await start('--appendonly', 'yes')
    const client = connect(server, own)
    expect(await diagnoseRedis(client)).toEqual([])
    server.kill('SIGSTOP')
    const askedAt = performance.now()
    expect(inShort(await diagnoseRedis(client))).toEqual(['error unreachable'])
    expect(performance.now() - askedAt).toBeLessThan(6_000)
  }, 20_000)

  test('examines a server that is restarted in the meantime', async ({ start, own }) => {
    const server = await start('--appendonly', 'yes')
    server.kill('SIGKILL')
    await eventually(
      () =>
        server.command('PING').then(
          () => false,
          () => true,
        ),
      'the server is stopped',
    )
    const diagnosis = diagnoseRedis(connect(server, own))
    await server.restart()
    expect(await diagnosis).toEqual([])
  })
})

test('reports a client that was never connected as unreachable', async ({ start }) => {
  const { port } = await start('--appendonly', 'yes')
  const diagnoses = [createClient(saneNodeRedis(port)), createClient5(saneNodeRedis(port))].map((client) =>
    diagnoseRedis(client),
  )
  for (const findings of await Promise.all(diagnoses)) expect(inShort(findings)).toEqual(['error unreachable'])
}, 20_000)

test.each([undefined, null, 'redis://localhost', {}, { options: { keyPrefix: 'k:' } }])(
  'refuses %j, which is not a client',
  async (client) => {
    await expect(diagnoseRedis(client as unknown as RedisClient)).rejects.toThrow(TypeError)
  },
)

test('refuses options that the store would refuse', async ({ own }) => {
  const client = own(createClient(saneNodeRedis(1)))
  await expect(diagnoseRedis(client, { prefix: '{' })).rejects.toThrow('prefix must be')
  await expect(diagnoseRedis(client, { partitions: 0 })).rejects.toThrow('partitions must be')
  await expect(diagnoseRedis(client, { clockTolerance: -1 })).rejects.toThrow('clockTolerance must be')
})
