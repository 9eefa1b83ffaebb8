import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type HalfOpen } from '@revoked/testing'
import { type StandaloneSetup, startStandalone } from './setup.ts'
import type { Fault } from './trial.ts'

/** A fault on a single server. */
export type StandaloneFault = Fault<StandaloneSetup>

/** The length of a fault, which exceeds the bound. */
const longMs = 1_500

function fault(
  name: string,
  inflict: StandaloneFault['inflict'],
  more: Partial<StandaloneFault> = {},
): StandaloneFault {
  return { name, start: startStandalone, inflict, ...more }
}

function halfOpen(direction: HalfOpen, ms: number): StandaloneFault['inflict'] {
  return async ({ subscriptions }) => {
    subscriptions.halfOpen(direction)
    await sleep(ms)
    subscriptions.halfOpen('none')
  }
}

async function subscribersOf({ server }: StandaloneSetup): Promise<string> {
  const list = String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return [...list.matchAll(/^id=\d+/gm)].map(String).sort().join()
}

/** Publishes until the server disconnects a subscriber that does not read. */
async function overflow(setup: StandaloneSetup): Promise<void> {
  const { server, subscriptions, channel } = setup
  await server.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 256kb 128kb 1')
  const before = await subscribersOf(setup)
  subscriptions.throttle(20_000)
  const burst = 'x'.repeat(1_000_000)
  for (let count = 0; count < 16; count++) await server.command('PUBLISH', channel, burst)
  await eventually(async () => (await subscribersOf(setup)) !== before, 'the slow subscribers are disconnected')
  subscriptions.throttle(Infinity)
}

const none = fault('none', () => sleep(longMs))
export const killedSubscribers = fault('`CLIENT KILL TYPE pubsub` × 5', async ({ server }) => {
  for (let times = 0; times < 5; times++) {
    await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await sleep(longMs / 5)
  }
})
export const losesSome = fault('1% of the messages lost', () => sleep(longMs), { losesEach: 100 })
/** For controls: so many that a slow machine, which sends few messages, loses some as well. */
export const losesMany = fault('10% of the messages lost', () => sleep(longMs), { losesEach: 10 })
export const losesAll = fault('all messages lost', () => sleep(longMs), { losesEach: 1 })
export const halfOpenSubscriber = fault('subscriber half-open, to the client', halfOpen('toClient', longMs))
/** Longer than the time until a subscription counts as stalled. */
export const halfOpenForLong = fault('subscriber half-open, to the client, for long', halfOpen('toClient', 3_000), {
  durationMs: 3_300,
})
export const lateThenHalfOpen = fault('subscriber delayed by 0.8 s, then half-open', async ({ subscriptions }) => {
  subscriptions.delay(800)
  await sleep(1_200)
  subscriptions.halfOpen('toClient')
  await sleep(1_200)
  subscriptions.halfOpen('none')
  subscriptions.delay(0)
  subscriptions.cut()
})
export const cutAndRefused = fault('subscriber cut, and refused for 0.3 s, × 3', async ({ subscriptions }) => {
  for (let times = 0; times < 3; times++) {
    await subscriptions.refuse(true)
    subscriptions.cut()
    await sleep(300)
    await subscriptions.refuse(false)
    await sleep(300)
  }
})
export const lateReplies = fault('replies of reads delayed by 20 ms', async ({ commands }) => {
  commands.delay(10)
  await sleep(longMs)
  commands.delay(0)
})

/** Faults of every run. */
export const briefFaults: readonly StandaloneFault[] = [
  none,
  killedSubscribers,
  cutAndRefused,
  halfOpenSubscriber,
  halfOpenForLong,
  fault('`SIGSTOP` of Redis', async ({ server }) => {
    server.kill('SIGSTOP')
    await sleep(longMs)
    server.kill('SIGCONT')
  }),
  fault('`SIGSTOP` of a reader', async (_, { readers: [reader] }) => {
    reader?.kill('SIGSTOP')
    await sleep(longMs)
    reader?.kill('SIGCONT')
  }),
  losesSome,
  losesAll,
]

/** Faults of the full run. */
export const furtherFaults: readonly StandaloneFault[] = [
  fault('subscriber cut × 10', async ({ subscriptions }) => {
    for (let times = 0; times < 10; times++) {
      subscriptions.cut()
      await sleep(longMs / 10)
    }
  }),
  fault('subscriber half-open, to the server', halfOpen('toServer', longMs)),
  fault('subscriber half-open, both ways', halfOpen('both', longMs)),
  fault('everything half-open, both ways', async ({ commands, subscriptions }) => {
    for (const proxy of [commands, subscriptions]) proxy.halfOpen('both')
    await sleep(longMs)
    for (const proxy of [commands, subscriptions]) proxy.halfOpen('none')
    // The lost bytes never arrive, so these connections cannot be used any more.
    for (const proxy of [commands, subscriptions]) proxy.cut()
  }),
  fault('subscriber delayed by 1.2 s', async ({ subscriptions }) => {
    subscriptions.delay(1_200)
    await sleep(longMs)
    subscriptions.delay(0)
  }),
  lateThenHalfOpen,
  fault('subscriber throttled', async ({ subscriptions }) => {
    subscriptions.throttle(2_000)
    await sleep(longMs)
    subscriptions.throttle(Infinity)
  }),
  lateReplies,
  fault('`CLIENT PAUSE`', async ({ server }) => {
    await server.command('CLIENT', 'PAUSE', longMs, 'ALL')
    await sleep(longMs)
  }),
  fault('event loop of a reader blocked, 2 × 1.5 s', async (_, { readers: [reader] }) => {
    for (let times = 0; times < 2; times++) {
      await reader?.call('block', longMs)
      await sleep(100)
    }
  }),
  fault(
    '`FLUSHALL`',
    async ({ server }, { losing }) => {
      await sleep(500)
      await losing()
      await server.command('FLUSHALL')
    },
    { forgets: true },
  ),
  fault('`DEL` of the feed', async ({ server, channel }) => {
    for (let times = 0; times < 3; times++) {
      await server.command('DEL', channel.replace(/changes$/, 'feed'))
      await sleep(longMs / 3)
    }
  }),
  fault(
    'server killed, and restarted empty',
    async ({ server }, { losing }) => {
      await sleep(500)
      await losing()
      server.kill('SIGKILL')
      await server.restart()
    },
    { forgets: true },
  ),
  fault(
    'data and log set back to an older snapshot',
    async ({ server }, { losing }) => {
      await server.command('SAVE')
      await sleep(500)
      await losing()
      // This equals a restart from the snapshot, but no connection breaks.
      await server.command('DEBUG', 'RELOAD', 'NOSAVE')
      await sleep(500)
    },
    { forgets: true },
  ),
  fault('slow consumer past its output buffer', overflow),
]
