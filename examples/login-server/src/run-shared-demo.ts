import { randomBytes } from 'node:crypto'
import type { LocatedRedis } from './locate-redis.ts'
import type { Voice } from './narrator.ts'
import { type RedisOutage, redisOutage } from './redis-outage.ts'
import { serverName } from './routing.ts'
import { inMs } from './staleness.ts'
import { type ServerProcess, startServerProcess } from './start-server-process.ts'
import type { SharedStore } from './store.ts'
import { tellStory } from './story.ts'

type Closers = (() => Promise<void>)[]

/** A shared store, and how a server process is told of it. */
export interface NamedStore {
  readonly name: string
  readonly store: SharedStore
}

/**
 * Tells the story to two server processes that share the store, and leaves nothing behind. Answers
 * the exit code.
 */
export async function runSharedDemo(named: NamedStore, voice: Voice): Promise<number> {
  const closers: Closers = []
  let isOver = false
  const print = (line: string): void => {
    // A story that is interrupted goes on until its servers are gone.
    if (!isOver) voice.print(line)
  }
  try {
    return await Promise.race([interrupted(), tellShared(named, { ...voice, print }, closers)])
  } finally {
    isOver = true
    await closeAll(closers.reverse())
  }
}

async function tellShared({ name, store }: NamedStore, voice: Voice, closers: Closers): Promise<0 | 1> {
  const redis = await store.locate()
  closers.push(redis.close)
  // A proxy cannot read the addresses and certificates of TLS for its clients.
  const outage = redis.url.startsWith('rediss:') ? undefined : await redisOutage(redis)
  if (outage !== undefined) closers.push(outage.close)
  const order = {
    storeName: name,
    address: { url: redis.url, prefix: redis.prefix, ...outage?.address },
    secret: randomBytes(32),
  }
  const servers: ServerProcess[] = []
  for (let count = 0; count < 2; count += 1) {
    const server = await startServerProcess(order)
    closers.push(server.close)
    servers.push(server)
  }
  const { maxStalenessMs } = store
  introduce({ redis, outage, servers, maxStalenessMs, print: voice.print })
  const { differences } = await tellStory({ ...voice, urls: servers.map(({ url }) => url), outage, maxStalenessMs })
  return differences === 0 ? 0 : 1
}

interface Introduction {
  readonly redis: LocatedRedis
  readonly outage: RedisOutage | undefined
  readonly servers: readonly ServerProcess[]
  readonly maxStalenessMs: number | undefined
  readonly print: (line: string) => void
}

function introduce({ redis, outage, servers, maxStalenessMs, print }: Introduction): void {
  for (const [index, { url, pid }] of servers.entries()) print(`Server ${serverName(index)}: ${url} (process ${pid})`)
  print(`Redis:    ${redis.description}`)
  print('Users:    kept by A, in memory. Logins, new passwords and bans go there; all else goes to A and B in turn.')
  if (maxStalenessMs !== undefined) {
    print(
      `Caches:   one per server, kept up to date by a subscription; stale for ${inMs(maxStalenessMs)} at most, whatever happens.`,
    )
  }
  if (outage === undefined) print('Outages:  left out, as the proxy that plays them does not speak TLS.')
  for (const finding of new Set(servers.flatMap(({ findings }) => findings))) print(`Finding:  ${finding}`)
}

/** All of them, one after the other, also if one of them fails. */
async function closeAll([first, ...others]: Closers): Promise<void> {
  try {
    await first?.()
  } finally {
    if (others.length > 0) await closeAll(others)
  }
}

/** The exit code by which a shell knows the signal. */
function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130))
    process.once('SIGTERM', () => resolve(143))
  })
}
