import { randomBytes } from 'node:crypto'
import type { LocatedServer } from './located-server.ts'
import type { Output } from './narrator.ts'
import { serverName } from './routing.ts'
import { type ServerOutage, serverOutage } from './server-outage.ts'
import { inMs } from './staleness.ts'
import { type ServerProcess, startServerProcess } from './start-server-process.ts'
import type { CacheTraits, SharedStore } from './store.ts'
import { runStory } from './story.ts'

type Closers = (() => Promise<void>)[]

/** A shared store, and the name of it that server processes receive. */
export interface NamedStore {
  readonly name: string
  readonly store: SharedStore
}

/**
 * Runs the story against two server processes that share the store, then stops them and removes
 * their keys. Resolves with the exit code.
 */
export async function runSharedDemo(named: NamedStore, output: Output): Promise<number> {
  const closers: Closers = []
  let isOver = false
  const print = (line: string): void => {
    // An interrupted story continues until its servers have stopped.
    if (!isOver) output.print(line)
  }
  try {
    return await Promise.race([interrupted(), runShared(named, { ...output, print }, closers)])
  } finally {
    isOver = true
    await closeAll(closers.reverse())
  }
}

async function runShared({ name, store }: NamedStore, output: Output, closers: Closers): Promise<0 | 1> {
  const database = await store.locate()
  closers.push(database.close)
  // The proxy does not support TLS.
  const outage = database.url.startsWith('rediss:') ? undefined : await serverOutage(database)
  if (outage !== undefined) closers.push(outage.close)
  const order = {
    storeName: name,
    address: { url: database.url, prefix: database.prefix, ...outage?.address },
    secret: randomBytes(32),
  }
  const servers: ServerProcess[] = []
  for (let count = 0; count < 2; count += 1) {
    const server = await startServerProcess(order)
    closers.push(server.close)
    servers.push(server)
  }
  const { cache } = store
  introduce({ database, outage, servers, cache, print: output.print })
  const { differences } = await runStory({ ...output, urls: servers.map(({ url }) => url), outage, cache })
  return differences === 0 ? 0 : 1
}

interface Introduction {
  readonly database: LocatedServer
  readonly outage: ServerOutage | undefined
  readonly servers: readonly ServerProcess[]
  readonly cache: CacheTraits | undefined
  readonly print: (line: string) => void
}

function introduce({ database, outage, servers, cache, print }: Introduction): void {
  for (const [index, { url, pid }] of servers.entries()) print(`Server ${serverName(index)}: ${url} (process ${pid})`)
  print(`Database: ${database.description}`)
  print('Users:    in the memory of A. Logins, new passwords and bans go to A; all else goes to A and B in turn.')
  if (cache !== undefined) describe(cache, print)
  if (outage === undefined) print('Outages:  left out, because the proxy that causes them does not support TLS.')
  for (const finding of new Set(servers.flatMap(({ findings }) => findings))) print(`Finding:  ${finding}`)
}

function describe({ isMirror, maxStalenessMs }: CacheTraits, print: Introduction['print']): void {
  const contents = isMirror ? 'a copy of all marks' : 'of what it has looked up'
  const updates = `updated by pushes, and by a read of the change log every ${inMs(maxStalenessMs / 4)}`
  print(`Caches:   one in each server, ${contents}; ${updates}.`)
  print(`Bound:    no server accepts a revoked token for more than ${inMs(maxStalenessMs)}, whatever fails.`)
}

/** Calls all of them, one after the other, even if one of them fails. */
async function closeAll([first, ...others]: Closers): Promise<void> {
  try {
    await first?.()
  } finally {
    if (others.length > 0) await closeAll(others)
  }
}

/** Resolves when the process receives a signal, with the exit code that shells use for it. */
function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130))
    process.once('SIGTERM', () => resolve(143))
  })
}
