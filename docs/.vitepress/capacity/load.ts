/** The formulas of what a server has to do. Tests compare each of them with measurements. */
import * as cost from './costs.ts'
import { backendOf, cacheOf, type Plan } from './plan.ts'

/** Commands or statements, and bytes, as the server counts them: in all, or for each second. */
export interface Load {
  readonly commands: number
  readonly received: number
  readonly sent: number
}

/** A server that instances share. */
export type PlannedServer = 'postgres' | 'redis'

const noLoad: Load = { commands: 0, received: 0, sent: 0 }
const lookup = { postgres: cost.lookupInPostgres, redis: cost.lookup }
const read = { postgres: cost.readInPostgres, redis: cost.read }

/**
 * Returns the load of checks that ask the server, one at a time. Those of one turn share a look-up.
 */
export const lookupLoad = (server: PlannedServer, lookups: number): Load => scale(lookup[server], lookups)

/** Returns the look-ups a second of caches: each instance looks each token up once. */
export const cacheLookups = ({
  tokens,
  lifetime,
  instances,
}: Pick<Plan, 'tokens' | 'lifetime' | 'instances'>): number => (instances * tokens) / lifetime

/** Returns the load for each second of caches that follow, while nothing is revoked. */
export const followerLoad = (server: PlannedServer, followers: number, maxStaleness: number): Load =>
  scale(read[server], followers / (maxStaleness * cost.readInterval))

/** Who revokes, and who learns of it. */
export interface Revoking {
  /** Of all instances together, one at a time. */
  readonly revocationsPerSecond: number
  /** The instances that revoke. */
  readonly instances: number
  /** The instances that follow the change log. */
  readonly followers: number
}

/** Returns the load for each second of revocations, over Redis. */
export function revocationLoad({ revocationsPerSecond, followers }: Omit<Revoking, 'instances'>): Load {
  const { commands, received, sent } = scale(cost.revocation, revocationsPerSecond)
  return { commands, received, sent: sent + revocationsPerSecond * followers * cost.push }
}

/**
 * Returns the same over PostgreSQL. Each instance sends a wake-up after its revocations, so many a
 * second at most, after which each follower reads the log. The one that has revoked reads it at
 * once as well, which may be one read or two.
 */
export function postgresRevocationLoad({ revocationsPerSecond, instances, followers }: Revoking): Load {
  const wakeUps = Math.min(revocationsPerSecond, instances * cost.wakeUpsPerSecond)
  const reads = followers === 0 ? 0 : wakeUps * (followers + cost.readsOfRevoker)
  const entries = revocationsPerSecond * followers * cost.entryOfRead
  return [
    scale(cost.revocationInPostgres, revocationsPerSecond),
    scale(cost.wakeUp, wakeUps),
    scale(cost.readInPostgres, reads),
    { commands: 0, received: 0, sent: entries + wakeUps * followers * cost.notification },
  ].reduce(add)
}

/** Returns the load for each second of a plan. */
export function loadOf(plan: Plan): Load {
  const { store, instances, checksPerSecond, maxStaleness } = plan
  const [server, cache] = [backendOf(store), cacheOf(store)]
  if (server === 'memory' || server === 'sqlite') return noLoad
  const followers = cache === undefined ? 0 : instances
  const lookups = { layered: Math.min(cacheLookups(plan), checksPerSecond), mirror: 0, none: checksPerSecond }
  const revoking = { ...plan, followers }
  return [
    lookupLoad(server, lookups[cache ?? 'none']),
    followerLoad(server, followers, maxStaleness),
    server === 'redis' ? revocationLoad(revoking) : postgresRevocationLoad(revoking),
  ].reduce(add)
}

function scale({ commands, received, sent }: Load, by: number): Load {
  return { commands: commands * by, received: received * by, sent: sent * by }
}

function add(a: Load, b: Load): Load {
  return { commands: a.commands + b.commands, received: a.received + b.received, sent: a.sent + b.sent }
}
