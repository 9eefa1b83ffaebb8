import { randomUUID } from 'node:crypto'
import type { FollowableStore, RevocationStore } from '@revoked/core'
import { eventually, type RedisServer } from '@revoked/testing'
import { redisStore } from '../../src/index.ts'
import type { ConnectedClient } from './connected-clients.ts'
import { revocationOver, tokenOf } from './fault-setup.ts'
import { expectEveryChange, type FollowedLog, followLog } from './followed-log.ts'
import { type Load, type Round, startLoad } from './load.ts'
import { subscribersOf } from './nodes.ts'

/**
 * The time in which a fault may lose revocations: acknowledged after `until`, and started before
 * `since`.
 */
export interface Gap {
  readonly until: number
  readonly since: number
}

/** The gap of a fault that loses nothing. */
export const noGap: Gap = { until: Infinity, since: -Infinity }

/** A function that causes a fault. It resolves to the gap when the fault is over. */
export type Fault = (loads: readonly Load[]) => Promise<Gap>

/** The results of a fault for a service of two instances under load. */
export interface FaultRun {
  readonly load: Load
  /** Fulfilled if all calls were settled in time. */
  readonly settled: PromiseSettledResult<unknown>
  /** Fulfilled if the instances recovered without help. */
  readonly recovered: PromiseSettledResult<unknown>
  /** Acknowledged rounds outside of the gap. */
  readonly durable: readonly Round[]
  /** Durable rounds whose token an instance let pass, during the load or at its end. */
  readonly missed: readonly Round[]
}

/** The results for a service that also follows its log. */
export interface FollowedFaultRun extends FaultRun {
  readonly log: FollowedLog
  /** True if the fault may have lost the end of the log. */
  readonly isLossy: boolean
  /** Fulfilled if the log was read again, and the subscription pushed every change from then on. */
  readonly refollowed: PromiseSettledResult<unknown>
}

/** The results of one fault for several services with different clients. */
export interface SharedFaultRun {
  readonly of: (name: string) => FollowedFaultRun
  /** The number of subscribers to the channel after the fault, by port. */
  readonly subscribers: ReadonlyMap<number, number>
}

/** Causes the fault while the instances of one service are under load. */
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
  readonly log: FollowedLog
  readonly load: Load
  readonly disconnect: () => void
}

type Connect = (port: number) => Promise<ConnectedClient>

/** The servers and the prefix of a fault run. */
interface Site {
  /** The port that the clients connect to first. */
  readonly port: number
  readonly prefix: string
  /** All nodes that a subscriber could connect to. */
  readonly nodes: readonly RedisServer[]
  /** The deadline of checks. */
  readonly timeoutMs?: number
}

/**
 * Causes the fault while a service of two instances over each client is under load. All services
 * share a prefix.
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
    const subscribers = await subscribersOf(site.nodes, site.prefix)
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
  const log = followLog(stores[0] as FollowableStore)
  await log.opened(1)
  const disconnect = (): void => {
    for (const { disconnect } of connected) disconnect()
  }
  return { name, stores, log, load: startLoad(stores, timeoutMs), disconnect }
}

async function leave({ load, log, disconnect }: Party): Promise<void> {
  await load.stop().catch(() => undefined)
  log.close()
  disconnect()
}

async function isOn({ acknowledged }: Load): Promise<void> {
  const enough = acknowledged.length + 20
  await eventually(() => acknowledged.length >= enough, 'revocations continue', 10_000)
}

async function conclude(stores: readonly RevocationStore[], load: Load, { until, since }: Gap): Promise<FaultRun> {
  const recovered = await outcomeOf(Promise.all(stores.map(works)).then(() => isOn(load)))
  const settled = await outcomeOf(load.stop())
  const durable = load.acknowledged.filter((round) => round.acknowledgedAt <= until || round.startedAt >= since)
  const missedAtLast = await Promise.all(stores.map((store) => missedBy(store, durable)))
  const missed = new Set([...load.passed, ...missedAtLast.flat()])
  return { load, recovered, settled, durable, missed: durable.filter((round) => missed.has(round)) }
}

async function concludeFollowed({ stores, log, load }: Party, gap: Gap): Promise<FollowedFaultRun> {
  const faultRun = await conclude(stores, load, gap)
  const refollow = async (): Promise<void> => {
    await log.confirmed()
    await log.opened(2)
    await expectEveryChange(log, stores)
  }
  return { ...faultRun, log, isLossy: gap !== noGap, refollowed: await outcomeOf(refollow()) }
}

/** Waits until the instance works again: it revokes a token that was active before. */
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

/** Returns the rounds whose token the instance lets pass, or cannot answer for. */
async function missedBy(store: RevocationStore, rounds: readonly Round[]): Promise<Round[]> {
  const calm = revocationOver(store, 5_000)
  const verdicts = await Promise.all(rounds.map(({ token }) => calm.check(token)))
  return rounds.filter((_, index) => verdicts[index]?.status !== 'revoked')
}

async function outcomeOf(promise: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.allSettled([promise])
  return outcome
}
