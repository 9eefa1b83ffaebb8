import { randomUUID } from 'node:crypto'
import { createRevocation, type FollowableStore } from '@revoked/core'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { redisStore } from '../../src/index.ts'
import { clients } from '../support/connected-clients.ts'

let server: RedisServer
beforeEach(async () => {
  server = await startRedis()
  return () => server.stop()
})

/** Returns how often the server read from a socket. */
async function arrivals(): Promise<number> {
  return Number(/total_reads_processed:(\d+)/.exec(String(await server.command('INFO', 'stats')))?.[1])
}

/**
 * Stops the server, and returns how often it reads from a socket to receive what is sent meanwhile.
 */
async function arrivalsOf(send: () => Promise<unknown>): Promise<number> {
  const before = await arrivals()
  server.kill('SIGSTOP')
  const sent = send()
  // The clients write in this turn or in the next one.
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  server.kill('SIGCONT')
  await sent
  // The second INFO is one more.
  return (await arrivals()) - before - 1
}

describe.each(clients)('reads of 16 logs over %s', (_, connect) => {
  async function open(): Promise<FollowableStore> {
    const { client, disconnect } = await connect(server.port)
    onTestFinished(disconnect)
    const store = redisStore(client, { prefix: randomUUID(), partitions: 16 })
    // The server learns the script.
    await store.read(0)
    return store
  }

  const logs = Array.from({ length: 16 }, (_, log) => log)

  test('made in one turn are all sent before the first is answered', async () => {
    const store = await open()
    const together = (): Promise<unknown> => Promise.all(logs.map((log) => store.read(log)))
    // The server may read a few times before the signal has stopped it.
    expect(await arrivalsOf(together)).toBeLessThanOrEqual(6)
  })

  test('made one after the other arrive so', async () => {
    const store = await open()
    const oneByOne = async (): Promise<void> => {
      for (const log of logs) await store.read(log)
    }
    expect(await arrivalsOf(oneByOne)).toBeGreaterThanOrEqual(16)
  })

  test('by a watch are made in one turn', async () => {
    const store = await open()
    const turns: number[][] = []
    let turn: number[] | undefined
    const read: FollowableStore['read'] = (log, after) => {
      if (turn === undefined) {
        turn = []
        turns.push(turn)
        setImmediate(() => {
          turn = undefined
        })
      }
      turn.push(log)
      return store.read(log, after)
    }
    const followed: FollowableStore = { ...store, read }
    const revocation = createRevocation({ store: followed, maxTokenLifetime: '1h' })
    const iat = Math.floor(Date.now() / 1_000) - 60
    const watch = revocation.watch({ sub: 'ada', jti: 'ada', iat, exp: iat + 600 }, { maxStaleness: '200ms' })
    onTestFinished(watch.close)
    // Subscriptions that open wake their followers one by one. Other reads are regular ones.
    await eventually(() => turns.filter(({ length }) => length === 16).length >= 6, 'the logs are read regularly')
    expect(turns.slice(-4)).toEqual(turns.slice(-4).map(() => logs))
  })
})
