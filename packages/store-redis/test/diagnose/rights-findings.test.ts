import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { pipeline, Transform } from 'node:stream'
import { Redis } from 'ioredis'
import { describe, expect } from 'vitest'
import { diagnoseRedis } from '../../src/diagnose/index.ts'
import { inShort, saneIoredis, test } from '../support/diagnose-setup.ts'

const durable = ['--appendonly', 'yes'] as const

const user = { username: 'app', password: 's3cret' } as const

/** The rights that the finding on missing rights names. */
const advised = [
  '+eval',
  '+evalsha',
  '+eval_ro',
  '+evalsha_ro',
  '+exists',
  '+get',
  '+mget',
  '+set',
  '+del',
  '+hmget',
  '+hset',
  '+time',
  '+xadd',
  '+xrange',
  '+xtrim',
  '+scan',
  '+publish',
  '+subscribe',
]

/** Rights without which ioredis does not become ready, and the server cannot be examined. */
const examiner = ['+info', '+config|get', '+client', '+hello', '~{revoked:*', '&{revoked:*']

async function allow(
  server: { command: (...args: string[]) => Promise<unknown> },
  rights: readonly string[],
): Promise<void> {
  await server.command('ACL', 'SETUSER', 'app', 'reset', 'on', '>s3cret', ...rights)
}

/** Returns a stream that replaces text by text of the same length. */
function replacing(from: RegExp, to: string): Transform {
  return new Transform({
    transform: (chunk: Buffer, _, done) =>
      done(null, Buffer.from(chunk.toString('latin1').replace(from, to), 'latin1')),
  })
}

/**
 * Returns a proxy that makes a server look older than 7.0: of an older version, and with scripts
 * that cannot query rights.
 */
async function olderServer(port: number): Promise<{ readonly port: number; readonly proxy: Server }> {
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    pipeline(client, replacing(/acl_check_cmd/g, 'unheard_of_it'), server, () => client.destroy())
    pipeline(server, replacing(/(redis_version:)\d\./g, '$15.'), client, () => server.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return { port: (proxy.address() as AddressInfo).port, proxy }
}

describe('rights', () => {
  test('named by the remedy are sufficient', async ({ start, own }) => {
    const server = await start(...durable)
    await allow(server, [...examiner, ...advised])
    expect(await diagnoseRedis(own(new Redis({ port: server.port, ...user, ...saneIoredis })))).toEqual([])
  })

  test.for(advised)('without %s are reported', async (right, { start, own }) => {
    const server = await start(...durable)
    await allow(server, [...examiner, ...advised.filter((other) => other !== right)])
    const findings = await diagnoseRedis(own(new Redis({ port: server.port, ...user, ...saneIoredis })))
    if (right === '+subscribe') expect(inShort(findings)).toEqual(['warning cannot-subscribe'])
    else {
      // Without TIME, the clocks cannot be compared either.
      const alsoUnchecked = right === '+time' ? ['info unchecked'] : []
      expect(inShort(findings).sort()).toEqual(['error missing-rights', ...alsoUnchecked])
      expect(findings.find(({ code }) => code === 'missing-rights')?.message).toMatch(
        new RegExp(` ${right.slice(1).toUpperCase()}(,| on)`),
      )
    }
  })

  test('on other keys and channels do not suffice', async ({ start, own }) => {
    const server = await start(...durable)
    await allow(server, [...examiner, ...advised])
    const client = own(new Redis({ port: server.port, ...user, ...saneIoredis }))
    const findings = await diagnoseRedis(client, { prefix: 'other' })
    expect(inShort(findings)).toEqual(['error missing-rights', 'warning cannot-subscribe'])
  })

  test('to examine the server may be missing: the rest is checked', async ({ start, own }) => {
    const server = await start(...durable)
    await allow(server, [
      '~{revoked:*',
      '&{revoked:*',
      ...advised.filter((right) => right !== '+set' && right !== '+time'),
    ])
    const client = own(new Redis({ port: server.port, ...user, ...saneIoredis, protocol: 2, enableReadyCheck: false }))
    const findings = await diagnoseRedis(client)
    expect(new Set(inShort(findings))).toEqual(new Set(['info unchecked', 'error missing-rights']))
    expect(findings.map(({ message }) => message).join()).toMatch(/version.*primary.*evicts.*save points.*clock.*SET/s)
  })

  test('to run scripts are missing if the commands were renamed', async ({ start, own }) => {
    const { port } = await start(...durable, '--rename-command', 'EVAL', '', '--rename-command', 'EVALSHA', '')
    const findings = await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))
    expect(findings[0]?.message).toContain('EVALSHA, EVAL')
  })
})

describe('a server before 7.0', () => {
  test('is reported if it is older than 6.2', async ({ start, own }) => {
    const { port, proxy } = await olderServer((await start(...durable)).port)
    expect(inShort(await diagnoseRedis(own(new Redis({ port, ...saneIoredis }))))).toEqual(['error old-server'])
    proxy.close()
  })

  test('keeps its keys', async ({ start, own }) => {
    const server = await start(...durable)
    const { port, proxy } = await olderServer(server.port)
    await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))
    expect(await server.command('KEYS', '*')).toEqual([])
    proxy.close()
  })

  test('is reported if it refuses writes', async ({ start, own }) => {
    const { port, proxy } = await olderServer((await start(...durable, '--maxmemory', '1')).port)
    const findings = await diagnoseRedis(own(new Redis({ port, ...saneIoredis })))
    expect(inShort(findings)).toEqual(['error old-server', 'error writes-refused'])
    expect(findings[1]?.message).toContain('OOM')
    proxy.close()
  })

  test('is checked for rights as well', async ({ start, own }) => {
    const server = await start(...durable)
    await allow(server, ['~*', '&*', '+@all', '-hset', '-publish', '-set'])
    const { port, proxy } = await olderServer(server.port)
    const findings = await diagnoseRedis(own(new Redis({ port, ...user, ...saneIoredis })))
    expect(inShort(findings)).toEqual(['error old-server', 'error missing-rights'])
    expect(findings[1]?.message).toContain('may not run HSET, SET, PUBLISH on')
    proxy.close()
  })
})

test('a server that accepts subscriptions and forwards nothing is reported', async ({ start, own }) => {
  const server = await start(...durable)
  // The server subscribes to another channel than the client asked for.
  const proxy = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    pipeline(client, replacing(/(subscribe\r\n\$\d+\r\n\S+changes)@0/gi, '$1#0'), upstream, () => client.destroy())
    pipeline(upstream, replacing(/changes#0/g, 'changes@0'), client, () => upstream.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  expect(inShort(await diagnoseRedis(own(new Redis({ port, ...saneIoredis }))))).toEqual(['warning forwards-nothing'])
  proxy.close()
})
