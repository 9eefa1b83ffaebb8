import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { eventually, type RedisServer, RespError, startRedis } from '@revoked/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { isRunning } from '../../src/servers/is-running.ts'

const started: RedisServer[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})

async function start(...options: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...options)
  started.push(server)
  return server
}

async function folderOf(server: RedisServer): Promise<string> {
  const answer = await server.command('CONFIG', 'GET', 'dir')
  return Array.isArray(answer) ? String(answer[1]) : ''
}

describe('a server', () => {
  test('keeps what is written, and answers every type of RESP2', async () => {
    const server = await start()
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`)
    expect(await server.command('SET', 'key', 'grüße\r\n$3\r\n')).toBe('OK')
    expect(await server.command('GET', 'key')).toBe('grüße\r\n$3\r\n')
    expect(await server.command('GET', 'none')).toBeNull()
    expect(await server.command('INCRBY', 'count', 7)).toBe(7)
    expect(await server.command('MGET', 'count', 'none')).toEqual(['7', null])
    expect(await server.command('SMEMBERS', 'none')).toEqual([])
    await server.command('SET', 'long', 'x'.repeat(1_000_000))
    expect(String(await server.command('GET', 'long'))).toHaveLength(1_000_000)
    expect(await server.command('EVAL', "return { 1, { 'two' }, redis.error_reply('THREE it is') }", 0)).toEqual([
      1,
      ['two'],
      expect.objectContaining({ name: 'RespError', message: 'THREE it is' }),
    ])
    await expect(server.command('INCR', 'key')).rejects.toThrow(RespError)
  })

  test('persists nothing, and takes further arguments', async () => {
    const server = await start({ args: ['--maxmemory', '3mb'] })
    expect(await server.command('CONFIG', 'GET', 'save')).toEqual(['save', ''])
    expect(await server.command('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no'])
    expect(await server.command('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', String(3 * 1024 * 1024)])
  })

  test('that asks for a password starts', async () => {
    const server = await start({ args: ['--requirepass', 'secret'] })
    await expect(server.command('GET', 'key')).rejects.toThrow('NOAUTH')
  })

  test('leaves no process and no folder after a stop, even if it hangs', async () => {
    const server = await start()
    const { pid } = server
    const folder = await folderOf(server)
    expect([isRunning(pid), existsSync(folder)]).toEqual([true, true])
    server.kill('SIGSTOP')
    await server.stop()
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false])
    await server.stop()
    await expect(server.command('PING')).rejects.toThrow('ECONNREFUSED')
  })

  test('hangs from SIGSTOP to SIGCONT', async () => {
    const server = await start()
    server.kill('SIGSTOP')
    let hasAnswered = false
    const answer = server.command('PING').then((reply) => {
      hasAnswered = true
      return reply
    })
    // A server that runs answers many times over by then.
    const other = await start()
    for (let round = 0; round < 50; round += 1) await other.command('PING')
    expect(hasAnswered).toBe(false)
    server.kill('SIGCONT')
    expect(await answer).toBe('PONG')
  })

  test('is the same one, empty, after a restart', async () => {
    const server = await start({ args: ['--maxmemory', '3mb'] })
    const { pid, port } = server
    await server.command('SET', 'key', 'value')
    await server.command('SAVE')
    await server.restart()
    expect(server.port).toBe(port)
    expect(server.pid).not.toBe(pid)
    expect(isRunning(pid)).toBe(false)
    expect(await server.command('GET', 'key')).toBeNull()
    expect(await server.command('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', String(3 * 1024 * 1024)])
  })

  test('runs again after a kill and a restart', async () => {
    const server = await start()
    server.kill('SIGKILL')
    await eventually(() => !isRunning(server.pid), 'the server is gone')
    await eventually(
      () => server.command('PING').catch((error: unknown) => String(error).includes('ECONNREFUSED')),
      'nobody listens on its port',
    )
    await server.restart()
    expect(await server.command('PING')).toBe('PONG')
  })
})

describe('a start', () => {
  test('that fails shows the end of the log', async () => {
    await expect(startRedis({ args: ['--no-such-option', 'yes'] })).rejects.toThrow(/did not start.*no-such-option/s)
  })

  test('on a taken port is refused', async () => {
    const { port } = await start()
    await expect(startRedis({ port })).rejects.toThrow(`port ${port} is taken`)
  })

  test('tries another port if the first one is taken in the meantime', async () => {
    const intruder = createServer()
    let taken = 0
    const server = await start({
      args: (port) => {
        if (taken === 0) intruder.listen(port, '127.0.0.1')
        taken ||= port
        return []
      },
    })
    expect(server.port).not.toBe(taken)
    expect(await server.command('PING')).toBe('PONG')
    intruder.close()
  })

  test('of many servers at once gives each a different port', async () => {
    const servers = await Promise.all(Array.from({ length: 12 }, () => start()))
    expect(new Set(servers.map(({ port }) => port)).size).toBe(12)
    await Promise.all(servers.map((server) => server.command('SET', 'port', server.port)))
    for (const server of servers) expect(await server.command('GET', 'port')).toBe(String(server.port))
  }, 30_000)
})
