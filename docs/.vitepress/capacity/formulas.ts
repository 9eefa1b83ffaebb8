/** The formulas of the capacity calculator. Tests compare each of them with measurements. */
import * as cost from './costs.ts'

/** A store over which tokens are checked. */
export type PlannedStore = 'memory' | 'redis' | 'layered' | 'mirror'

/** What an application does. */
export interface Plan {
  readonly store: PlannedStore
  readonly instances: number
  /** The number of tokens that are in use at once. */
  readonly tokens: number
  /** How long a token, and so the mark that revokes it, lives. In seconds. */
  readonly lifetime: number
  readonly revocationsPerSecond: number
  /** Of all instances together. */
  readonly checksPerSecond: number
  /** In seconds. */
  readonly maxStaleness: number
  /** The number of open sessions that are listed in Redis: 0 without a list. */
  readonly sessions: number
  readonly sessionsPerSubject: number
}

/** What that costs. Memory in bytes, traffic in bytes a second. */
export interface Needs {
  readonly marks: number
  readonly redisMemory: number
  /** Of one instance, beside everything else that it keeps. */
  readonly processMemory: number
  readonly commandsPerSecond: number
  readonly receivedPerSecond: number
  readonly sentPerSecond: number
}

/** Commands a second and bytes a second, as the server counts them. */
export interface Load {
  readonly commands: number
  readonly received: number
  readonly sent: number
}

/** Returns the number of marks that are alive at once. */
export const liveMarks = ({
  revocationsPerSecond,
  lifetime,
}: Pick<Plan, 'revocationsPerSecond' | 'lifetime'>): number => revocationsPerSecond * lifetime

/** Returns the memory of marks in Redis, without the change log. */
export const markMemory = (marks: number): number => marks * cost.markInRedis

/** Returns the memory of the change log in Redis. */
export const logMemory = (entries: number): number => Math.min(entries, cost.logLength) * cost.logEntry

/** Returns the memory of listed sessions in Redis. */
export const sessionMemory = (sessions: number, perSubject: number): number =>
  sessions * (cost.session + cost.subjectOfSessions / perSubject)

/** Returns the memory of the marks of a `memoryStore`. */
export const memoryStoreMemory = (marks: number): number => marks * cost.markInMemory

/** Returns the memory of a mirror. While it scans, it needs twice as much. */
export const mirrorMemory = (marks: number): number => marks * cost.markInMirror

/** Returns the memory of a cache for tokens that have a `jti`, a `sid` and a `sub` each. */
export const cacheMemory = (tokens: number, maxEntries: number): number =>
  cost.scopesOfToken * (maxEntries * cost.slotOfCache + Math.min(tokens, maxEntries) * cost.absence)

/** Returns the load of checks that ask Redis, one at a time. Checks of one turn share a look-up. */
export const lookupLoad = (lookups: number): Load => scale(cost.lookup, lookups)

/** Returns the load of revocations, of which followers learn. */
export const revocationLoad = (revocations: number, followers: number): Load => {
  const { commands, received, sent } = scale(cost.revocation, revocations)
  return { commands, received, sent: sent + revocations * followers * cost.push }
}

/** Returns the load of caches or mirrors that follow the change log, while nothing is revoked. */
export const followerLoad = (followers: number, maxStaleness: number): Load =>
  scale(cost.read, followers / (maxStaleness * cost.readInterval))

/** Returns the look-ups a second of caches: each instance looks each token up once. */
export const cacheLookups = ({
  tokens,
  lifetime,
  instances,
}: Pick<Plan, 'tokens' | 'lifetime' | 'instances'>): number => (instances * tokens) / lifetime

/** Returns what a plan needs. */
export function needsOf(plan: Plan): Needs {
  const { store, instances, tokens, revocationsPerSecond, maxStaleness } = plan
  const marks = liveMarks(plan)
  const listed = sessionMemory(plan.sessions, plan.sessionsPerSubject)
  const load = loadOf(plan)
  return {
    marks,
    redisMemory: (store === 'memory' ? 0 : markMemory(marks) + logMemory(marks)) + listed,
    processMemory: {
      memory: memoryStoreMemory(marks),
      redis: 0,
      layered: cacheMemory(tokens, Math.max(cost.maxEntries, tokens)),
      mirror: mirrorMemory(marks),
    }[store],
    commandsPerSecond: load.commands,
    receivedPerSecond: load.received,
    sentPerSecond: load.sent,
  }

  function loadOf({ checksPerSecond }: Plan): Load {
    if (store === 'memory') return { commands: 0, received: 0, sent: 0 }
    if (store === 'redis') return add(revocationLoad(revocationsPerSecond, 0), lookupLoad(checksPerSecond))
    const lookups = store === 'mirror' ? 0 : Math.min(cacheLookups(plan), checksPerSecond)
    const following = add(revocationLoad(revocationsPerSecond, instances), followerLoad(instances, maxStaleness))
    return add(following, lookupLoad(lookups))
  }
}

function scale({ commands, received, sent }: Load, by: number): Load {
  return { commands: commands * by, received: received * by, sent: sent * by }
}

function add(a: Load, b: Load): Load {
  return { commands: a.commands + b.commands, received: a.received + b.received, sent: a.sent + b.sent }
}
