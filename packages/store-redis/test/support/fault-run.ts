import { randomUUID } from 'node:crypto'
import type { FollowableStore, RevocationStore } from '@revoked/core'
import { eventually, type RedisServer } from '@revoked/testing'
import { redisStore } from '../../src/index.ts'
import type { ConnectedClient } from './connected-clients.ts'
import { revocationOver, tokenOf } from './fault-setup.ts'
import { expectEveryChange, type FollowedFeed, followFeed } from './followed-feed.ts'
import { type Load, type Round, startLoad } from './load.ts'
import { subscribersOf } from './nodes.ts'

/**
 * What a fault may cost: nothing that was acknowledged until then, and nothing that was revoked
 * since.
 */
export interface Gap {
  readonly until: number
  readonly since: number
}

/** A fault that costs nothing. */
export const noGap: Gap = { until: Infinity, since: -Infinity }

export type Fault = (loads: readonly Load[]) => Promise<Gap>

/** What a service under load, of two instances, came through. */
export interface FaultRun {
  readonly load: Load
  /** Whether all calls were settled in time. */
  readonly settled: PromiseSettledResult<unknown>
  /** Whether the instances came back to work by themselves. */
  readonly recovered: PromiseSettledResult<unknown>
  /** What was acknowledged, and is not within the gap. */
  readonly durable: readonly Round[]
  /** Of those, the ones that an instance let pass, during the load or at its end. */
  readonly missed: readonly Round[]
}

/** The same of a service that follows the feed, too. */
export interface FollowedFaultRun extends FaultRun {
  readonly feed: FollowedFeed
  /** Whether the feed opened again, and told every change from then on. */
  readonly refollowed: PromiseSettledResult<unknown>
}

/** Several services, each over another client, in one fault. */
export interface SharedFaultRun {
  readonly of: (name: string) => FollowedFaultRun
  /** By port: who has subscribed to the channel after the fault. */
  readonly subscribers: ReadonlyMap<number, number>
}

/** Puts the instances of one service under load while the fault happens. */
export async function undergo(stores: readonly RevocationStore[], fault: Fault): Promise<FaultRun> {
  const load = startLoad(stores)
  try {
    await isOn(load)
    return await conclude(stores, load, await fault([load]))
  } finally {
    await load.stop().catch(() => undefined)
  }
}

interface Party {
  readonly name: string
  readonly stores: readonly FollowableStore[]
  readonly feed: FollowedFeed
  readonly load: Load
  readonly disconnect: () => void
}

type Connect = (port: number) => Promise<ConnectedClient>

/** Where the services of one faultRun keep their revocations. */
interface Site {
  /** Whom the clients ask for the others. */
  readonly port: number
  readonly prefix: string
  /** All who might be followed. */
  readonly nodes: readonly RedisServer[]
  /** The deadline of checks. */
  readonly timeoutMs?: number
}

/**
 * Puts a service of two instances over each client under load, all in one key space, while the
 * fault happens.
 */
export async function undergoTogether(
  clients: readonly (readonly [name: string, connect: Connect])[],
  site: Site,
  fault: Fault,
): Promise<SharedFaultRun> {
  const parties = await Promise.all(clients.map(([name, connect]) => join(name, connect, site)))
  try {
    await Promise.all(parties.map(({ load }) => isOn(load)))
    const gap = await fault(parties.map(({ load }) => load))
    const faultRuns = await Promise.all(parties.map((party) => concludeFollowed(party, gap)))
    const subscribers = await subscribersOf(site.nodes, `{${site.prefix}:0}:changes`)
    return {
      subscribers,
      of: (name) => faultRuns[parties.findIndex((party) => party.name === name)] as FollowedFaultRun,
    }
  } finally {
    await Promise.all(parties.map(leave))
  }
}

async function join(name: string, connect: Connect, { port, prefix, timeoutMs }: Site): Promise<Party> {
  const connected = await Promise.all([connect(port), connect(port)])
  const stores = connected.map(({ client }) => redisStore(client, { prefix }))
  const feed = followFeed(stores[0] as FollowableStore)
  await feed.opened(1)
  const disconnect = (): void => {
    for (const { disconnect } of connected) disconnect()
  }
  return { name, stores, feed, load: startLoad(stores, timeoutMs), disconnect }
}

async function leave({ load, feed, disconnect }: Party): Promise<void> {
  await load.stop().catch(() => undefined)
  await feed.connection.close()
  disconnect()
}

async function isOn({ acknowledged }: Load): Promise<void> {
  const enough = acknowledged.length + 20
  await eventually(() => acknowledged.length >= enough, 'revocations go on and on', 10_000)
}

async function conclude(stores: readonly RevocationStore[], load: Load, { until, since }: Gap): Promise<FaultRun> {
  const recovered = await outcomeOf(Promise.all(stores.map(works)).then(() => isOn(load)))
  const settled = await outcomeOf(load.stop())
  const durable = load.acknowledged.filter((round) => round.acknowledgedAt <= until || round.startedAt >= since)
  const missedAtLast = await Promise.all(stores.map((store) => missedBy(store, durable)))
  const missed = new Set([...load.passed, ...missedAtLast.flat()])
  return { load, recovered, settled, durable, missed: durable.filter((round) => missed.has(round)) }
}

async function concludeFollowed({ stores, feed, load }: Party, gap: Gap): Promise<FollowedFaultRun> {
  const faultRun = await conclude(stores, load, gap)
  const refollowed = await outcomeOf(feed.opened(2).then(() => expectEveryChange(feed, stores)))
  return { ...faultRun, feed, refollowed }
}

/**
 * Waits until the instance works again by itself: it tells the one token from the other, and
 * revokes.
 */
async function works(store: RevocationStore): Promise<void> {
  const revocation = revocationOver(store, 1_000)
  await eventually(
    async () => {
      const token = tokenOf(randomUUID())
      const before = await revocation.check(token)
      await revocation.revoke({ token })
      const after = await revocation.check(token)
      return before.status === 'active' && after.status === 'revoked'
    },
    'the store works again',
    10_000,
  )
}

/** Which of the tokens the instance lets pass, or cannot tell about. */
async function missedBy(store: RevocationStore, rounds: readonly Round[]): Promise<Round[]> {
  const calm = revocationOver(store, 5_000)
  const verdicts = await Promise.all(rounds.map(({ token }) => calm.check(token)))
  return rounds.filter((_, index) => verdicts[index]?.status !== 'revoked')
}

async function outcomeOf(promise: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.allSettled([promise])
  return outcome
}
