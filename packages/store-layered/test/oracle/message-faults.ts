import { setTimeout as sleep } from 'node:timers/promises'
import { redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { Redis } from 'ioredis'
import type { StandaloneSetup } from './setup.ts'
import { fault, longMs, type StandaloneFault } from './standalone-fault.ts'

const randomToken = (): string => `${Math.floor(Math.random() * 220)}`

async function subscribersOf({ server }: StandaloneSetup): Promise<string> {
  const list = String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return [...list.matchAll(/^id=\d+/gm)].map(String).sort().join()
}

/** Publishes until the server disconnects a subscriber that does not read. */
async function overflow(setup: StandaloneSetup): Promise<void> {
  const { server, subscriptions, tag } = setup
  await server.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 256kb 128kb 1')
  const before = await subscribersOf(setup)
  subscriptions.throttle(20_000)
  const burst = 'x'.repeat(1_000_000)
  for (let count = 0; count < 16; count++) await server.command('PUBLISH', `${tag}:changes@0`, burst)
  await eventually(async () => (await subscribersOf(setup)) !== before, 'the slow subscribers are disconnected')
  subscriptions.throttle(Infinity)
}

/** Publishes messages of the right epoch with wrong tips, which reinstate tokens. */
async function forge({ server, tag }: StandaloneSetup): Promise<void> {
  for (const end = performance.now() + longMs; performance.now() < end; await sleep(20)) {
    const [epoch, sequence] = (await server.command('HMGET', `${tag}:feed`, 'epoch', 'sequence')) as string[]
    for (const at of [Number(sequence) - 1, Number(sequence), Number(sequence) + 3]) {
      const message = ['entries', epoch, at, 'x', 'y', `jti:${randomToken()}`, ''].join('\n')
      await server.command('PUBLISH', `${tag}:changes@0`, message)
    }
  }
}

/** Revokes and reinstates the same tokens under the same prefix in another database. */
async function useOtherDatabase({ server: { port }, writerSite: { prefix } }: StandaloneSetup): Promise<void> {
  const client = new Redis({ port, db: 1 })
  const store = redisStore(client, { prefix })
  const mark = { cutoff: Infinity, expiresAt: Date.now() + 60_000 }
  for (const end = performance.now() + longMs; performance.now() < end; await sleep(5)) {
    const key = { scope: 'jti', value: randomToken() }
    await store.record([{ key, mark }])
    await store.forget([key])
  }
  client.disconnect()
}

/** Faults of the messages that the server pushes. */
export const messageFaults = {
  losesSome: fault('1% of the messages lost', () => sleep(longMs), { losesEach: 100 }),
  /** So many that a slow machine, which sends few messages, loses some as well. */
  losesMany: fault('10% of the messages lost', () => sleep(longMs), { losesEach: 10 }),
  losesAll: fault('all messages lost', () => sleep(longMs), { losesEach: 1 }),
  overflow: fault('slow consumer past its output buffer', overflow),
  forged: fault('forged messages', forge),
  otherDatabase: fault('another environment on database 1', useOtherDatabase),
} satisfies Record<string, StandaloneFault>
