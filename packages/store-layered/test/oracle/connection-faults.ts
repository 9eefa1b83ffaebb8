import { setTimeout as sleep } from 'node:timers/promises'
import type { HalfOpen } from '@revoked/testing'
import type { StandaloneSetup } from './setup.ts'
import { fault, longMs, type StandaloneFault } from './standalone-fault.ts'

function halfOpen(direction: HalfOpen, ms: number): StandaloneFault['inflict'] {
  return async ({ subscriptions }) => {
    subscriptions.halfOpen(direction)
    await sleep(ms)
    subscriptions.halfOpen('none')
  }
}

function delay(ms: number, forMs: number): StandaloneFault['inflict'] {
  return async ({ subscriptions }) => {
    subscriptions.delay(ms)
    await sleep(forMs)
    subscriptions.delay(0)
  }
}

/** Makes both connections half-open for longer than the bound, and then closes them. */
async function halfOpenAll({ commands, subscriptions }: StandaloneSetup): Promise<void> {
  const proxies = [commands, subscriptions]
  for (const proxy of proxies) proxy.halfOpen('both')
  await sleep(2 * longMs)
  for (const proxy of proxies) proxy.halfOpen('none')
  // The lost bytes never arrive, so these connections cannot be used any more.
  for (const proxy of proxies) proxy.cut()
}

const outage = { durationMs: 3_300, answersWithinMs: 2_000, recoversWithinMs: 5_000 } as const

/** Faults of the connections of readers. */
export const connectionFaults = {
  none: fault('none', () => sleep(longMs)),
  killed: fault('`CLIENT KILL TYPE pubsub` × 5', async ({ server }) => {
    for (let times = 0; times < 5; times++) {
      await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await sleep(longMs / 5)
    }
  }),
  cutAndRefused: fault('subscriber cut, and refused for 0.3 s, × 3', async ({ subscriptions }) => {
    for (let times = 0; times < 3; times++) {
      await subscriptions.refuse(true)
      subscriptions.cut()
      await sleep(300)
      await subscriptions.refuse(false)
      await sleep(300)
    }
  }),
  cutOften: fault('subscriber cut × 10', async ({ subscriptions }) => {
    for (let times = 0; times < 10; times++) {
      subscriptions.cut()
      await sleep(longMs / 10)
    }
  }),
  noSubscription: fault(
    'no subscription at all',
    async ({ subscriptions }) => {
      await subscriptions.refuse(true)
      subscriptions.cut()
      await sleep(2 * longMs)
      await subscriptions.refuse(false)
    },
    { durationMs: 3_300 },
  ),
  halfOpen: fault('subscriber half-open, to the client', halfOpen('toClient', longMs)),
  /** Longer than the time until a subscription counts as stalled. */
  halfOpenForLong: fault('subscriber half-open, to the client, for long', halfOpen('toClient', 2 * longMs), {
    durationMs: 3_300,
  }),
  halfOpenToServer: fault('subscriber half-open, to the server', halfOpen('toServer', longMs)),
  halfOpenBothWays: fault('subscriber half-open, both ways', halfOpen('both', longMs)),
  everythingHalfOpen: fault('everything half-open, both ways', halfOpenAll, outage),
  everythingRefused: fault(
    'everything half-open, and new connections refused',
    async (setup) => {
      const proxies = [setup.commands, setup.subscriptions]
      for (const proxy of proxies) await proxy.refuse(true)
      await halfOpenAll(setup)
      for (const proxy of proxies) await proxy.refuse(false)
    },
    outage,
  ),
  late: fault('subscriber delayed by 1.2 s', delay(1_200, longMs)),
  lateBySeconds: fault('subscriber delayed by 3 s', delay(3_000, 2 * longMs), { durationMs: 3_300 }),
  lateThenHalfOpen: fault('subscriber delayed by 0.8 s, then half-open', async (setup, stage) => {
    await delay(800, 1_200)(setup, stage)
    await halfOpen('toClient', 1_200)(setup, stage)
    setup.subscriptions.cut()
  }),
  throttled: fault('subscriber throttled', async ({ subscriptions }) => {
    subscriptions.throttle(2_000)
    await sleep(longMs)
    subscriptions.throttle(Infinity)
  }),
  lateReplies: fault('replies of reads delayed by 20 ms', async ({ commands }) => {
    commands.delay(10)
    await sleep(longMs)
    commands.delay(0)
  }),
  lateThenNone: fault(
    'no pushes, replies of reads delayed by 0.6 s, and then none',
    async ({ commands }) => {
      commands.delay(300)
      await sleep(longMs)
      commands.halfOpen('toClient')
      await sleep(longMs)
      commands.halfOpen('none')
      commands.delay(0)
      commands.cut()
    },
    { losesEach: 1, durationMs: 3_000 },
  ),
} satisfies Record<string, StandaloneFault>
