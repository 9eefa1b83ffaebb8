/** Measurements over a real server, for the formulas of the capacity page. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Claims, createRevocation, type FollowableStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createSessionId } from '@revoked/sessions'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually, type RedisServer, startRedis } from '@revoked/testing'
import { collectGarbage } from '@revoked/testing/collect-garbage'
import { Redis } from 'ioredis'
import type { Load } from '../../../../docs/.vitepress/capacity/load.ts'

const batchSize = 500
const lifetime = '1h'

/** A server that counts, and a client of it. */
export interface Measured extends AsyncDisposable {
  readonly server: RedisServer
  readonly client: Redis
}

/** Starts a server. */
export async function startMeasured(): Promise<Measured> {
  const server = await startRedis()
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      client.disconnect()
      await server.stop()
    },
  }
}

/** The counters of a server. */
interface Counters extends Load {
  readonly at: number
  readonly usedMemory: number
}

async function countersOf(server: RedisServer): Promise<Counters> {
  const info = `${await server.command('INFO', 'stats')}\n${await server.command('INFO', 'memory')}`
  const read = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1])
  return {
    at: performance.now(),
    usedMemory: read('used_memory'),
    commands: read('total_commands_processed'),
    received: read('total_net_input_bytes'),
    sent: read('total_net_output_bytes'),
  }
}

/** What the server counts for a work, without the questions of this module. */
async function costOf(server: RedisServer, work: () => Promise<unknown>): Promise<Load & { readonly seconds: number }> {
  const first = await countersOf(server)
  const before = await countersOf(server)
  await work()
  const after = await countersOf(server)
  const grown = (name: keyof Load): number => after[name] - before[name] - (before[name] - first[name])
  const [commands, received, sent] = [grown('commands'), grown('received'), grown('sent')]
  return { commands, received, sent, seconds: (after.at - before.at) / 1_000 }
}

/** Returns the claims of a token, whose ids have 36 characters. */
export function newToken(): Claims {
  const iat = Math.floor(Date.now() / 1_000)
  const [jti, sid, sub] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  return { jti, sid, sub, iat, exp: iat + 3_600 }
}

/** Revokes tokens with ids of 36 characters. */
export async function revokeTokens(store: FollowableStore, count: number): Promise<void> {
  const revocation = createRevocation({ store, maxTokenLifetime: lifetime, timeout: '10s' })
  for (let done = 0; done < count; done += batchSize)
    await revocation.revoke(Array.from({ length: Math.min(batchSize, count - done) }, () => ({ token: newToken() })))
}

/** Returns the memory of the server for this many marks, without the change log. */
export async function markBytesInRedis({ server, client }: Measured, count: number): Promise<number> {
  await revokeTokens(redisStore(client), 1)
  await server.command('DEL', '{revoked:0}:log')
  const before = await countersOf(server)
  await revokeTokens(redisStore(client), count)
  await server.command('DEL', '{revoked:0}:log')
  return (await countersOf(server)).usedMemory - before.usedMemory
}

/** Returns the memory of the server for the change log of this many revocations. */
export async function logBytesInRedis({ server, client }: Measured, count: number): Promise<number> {
  await revokeTokens(redisStore(client), count)
  const before = await countersOf(server)
  await server.command('DEL', '{revoked:0}:log')
  return before.usedMemory - (await countersOf(server)).usedMemory
}

/** Opens this many sessions, so many of each subject, with a short description. */
export async function openSessions(store: SessionStore, count: number, perSubject: number): Promise<void> {
  const open = async (subject: string): Promise<void> => {
    const now = Date.now()
    const id = await createSessionId(subject)
    const [openedAt, usedAt, authenticatedAt] = [now, now, now]
    const data = JSON.stringify({ name: 'Firefox on Linux' })
    const endsAt = now + 86_400_000
    await store.open({ id, subject, openedAt, usedAt, authenticatedAt, idleMs: 1_800_000, endsAt, data })
  }
  for (let done = 0; done < count; done += batchSize)
    await Promise.all(
      Array.from({ length: Math.min(batchSize, count - done) }, (_, index) =>
        open(`user-${String(Math.floor((done + index) / perSubject)).padStart(8, '0')}`),
      ),
    )
}

/** Returns the memory of the server for this many sessions. */
export async function sessionBytesInRedis({ server, client }: Measured, count: number, each: number): Promise<number> {
  const sessions = redisSessions(client, { prefix: 'measured' })
  await openSessions(redisSessions(client, { prefix: 'warm-up' }), 1, 1)
  const before = await countersOf(server)
  await openSessions(sessions, count, each)
  return (await countersOf(server)).usedMemory - before.usedMemory
}

/** Opens sessions in this process. */
export async function filledSessions(count: number, perSubject: number): Promise<object> {
  const store = memorySessions()
  await openSessions(store, count, perSubject)
  return store
}

function bytesOfProcess(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Returns the memory of this process for what the work returns. */
export async function bytesOf(work: () => Promise<AsyncDisposable | object>): Promise<number> {
  const before = bytesOfProcess()
  const kept = await work()
  const bytes = bytesOfProcess() - before
  if (Symbol.asyncDispose in kept) await kept[Symbol.asyncDispose]()
  return bytes
}

/** Fills a memoryStore. */
export async function filledMemory(count: number): Promise<object> {
  const store = memoryStore({ logLength: 1 })
  await revokeTokens(store, count)
  return store
}

/** Copies what the server has. */
export async function liveMirror({ client }: Measured): Promise<AsyncDisposable> {
  const store = mirroredStore(redisStore(client), { local: () => memoryStore({ logLength: 1 }) })
  await eventually(() => store.status().state === 'live', 'the mirror is live')
  return store
}

/** Checks tokens that nothing revokes, so that a cache holds their absences. */
export async function warmCache({ client }: Measured, tokens: number): Promise<AsyncDisposable> {
  const store = layeredStore(redisStore(client))
  const revocation = createRevocation({ store, maxTokenLifetime: lifetime, timeout: '10s' })
  await eventually(() => store.status().state === 'live', 'the cache is live')
  for (let done = 0; done < tokens; done += batchSize)
    await Promise.all(Array.from({ length: batchSize }, () => revocation.check(newToken())))
  return store
}

/** Returns what followers cost while this many tokens are revoked, each by a call of its own. */
export async function costOfFollowers(
  { server, client }: Measured,
  { followers, revocations, maxStalenessMs }: { followers: number; revocations: number; maxStalenessMs: number },
): Promise<Load & { readonly seconds: number }> {
  const clients = Array.from({ length: followers }, () => new Redis(server.url))
  const stores = clients.map((each) => layeredStore(redisStore(each), { maxStaleness: `${maxStalenessMs}ms` }))
  await eventually(() => stores.every((store) => store.status().isSubscribed), 'all caches are subscribed')
  await eventually(() => stores.every((store) => store.status().state === 'live'), 'all caches are live')
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: lifetime })
  const revoke = () => revocation.revoke({ token: newToken() })
  await revoke()
  const cost = await costOf(server, async () => {
    const end = performance.now() + 6_000
    for (let done = 0; done < revocations; done++) await revoke()
    // What is measured of followers is a rate.
    await delay(Math.max(0, end - performance.now()))
  })
  for (const store of stores) await store.close()
  for (const each of clients) each.disconnect()
  return cost
}

/** Returns what checks cost, one at a time, over a bare redisStore. */
export async function costOfChecks({ server, client }: Measured, checks: number): Promise<Load> {
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: lifetime })
  await revocation.check(newToken())
  return await costOf(server, async () => {
    for (let done = 0; done < checks; done++) await revocation.check(newToken())
  })
}

/** Returns how many tokens caches ask the server for, if each of them checks all, three times. */
export async function lookupsOfCaches(
  { client }: Measured,
  { tokens, instances }: { tokens: number; instances: number },
): Promise<number> {
  const claims = Array.from({ length: tokens }, newToken)
  let lookups = 0
  for (let instance = 0; instance < instances; instance++) {
    const remote = redisStore(client)
    const find: typeof remote.find = (keys, at) => {
      lookups++
      return remote.find(keys, at)
    }
    const store = layeredStore({ ...remote, find })
    await eventually(() => store.status().state === 'live', 'the cache is live')
    const revocation = createRevocation({ store, maxTokenLifetime: lifetime })
    for (let round = 0; round < 3; round++) for (const each of claims) await revocation.check(each)
    await store.close()
  }
  return lookups
}
