import { eventually } from './eventually.ts'
import { isBefore7, type RedisBinary } from './redis-binary.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { awaitReplication, infoOf } from './replication.ts'

/** A group of a primary with two replicas, and three sentinels that monitor it. */
export interface RedisSentinels {
  /** The name of the primary in the sentinels. */
  readonly name: 'revoked-main'
  readonly sentinels: readonly RedisServer[]
  /** The primary and its replicas, in the order of the start. */
  readonly servers: readonly RedisServer[]
  /** Returns the primary that the sentinels report. */
  readonly primary: () => Promise<RedisServer>
  /**
   * Makes the sentinels promote another primary, by a command or by killing the current one, and
   * returns it.
   */
  readonly failover: (by?: 'command' | 'kill') => Promise<RedisServer>
  readonly stop: () => Promise<void>
}

const name = 'revoked-main'
const quorum = 2
const failoverMs = 60_000

// The periods of sentinels are seconds by default, and can be set from Redis 7.0 on, except that of
// PING. A replica whose INFO is older than five of those is not eligible, and in a failover INFO
// comes once a second. TILT, in which sentinels do nothing, would last 30 seconds after the machine
// has stopped for two.
const fastPeriods = ['info-period', 200, 'publish-period', 200, 'ask-period', 100, 'tilt-period', 1_000]

export async function startSentinel(
  options: { readonly binary?: RedisBinary | undefined } = {},
): Promise<RedisSentinels> {
  const started: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()))
  }
  const start = async (...args: readonly string[]): Promise<RedisServer> => {
    const server = await startRedis({ ...options, args })
    started.push(server)
    return server
  }
  try {
    const servers = await startReplication(start)
    const sentinels: RedisServer[] = []
    for (let count = 0; count < 3; count += 1) sentinels.push(await start('--sentinel'))
    await Promise.all(sentinels.map((sentinel) => watch(sentinel, servers)))
    await Promise.all(sentinels.map((sentinel) => knowsAll(sentinel, servers, sentinels)))
    return {
      name,
      sentinels,
      servers,
      primary: () => primaryOf(servers, sentinels),
      failover: (by = 'command') => failover(servers, sentinels, by),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startReplication(start: (...args: readonly string[]) => Promise<RedisServer>): Promise<RedisServer[]> {
  // This removes the delay in which a primary waits for further replicas before it sends its data
  // to the first.
  const primary = await start('--repl-diskless-sync-delay', '0')
  // The option has two words, because Redis 6.2 takes a quoted pair for one.
  const replica = ['--repl-diskless-sync-delay', '0', '--replicaof', primary.host, String(primary.port)]
  const replicas = [await start(...replica), await start(...replica)]
  await awaitReplication(primary, replicas)
  return [primary, ...replicas]
}

async function watch(sentinel: RedisServer, [primary]: readonly RedisServer[]): Promise<void> {
  if (primary === undefined) return
  if (!isBefore7(sentinel.binary)) await sentinel.command('SENTINEL', 'DEBUG', ...fastPeriods)
  await sentinel.command('SENTINEL', 'MONITOR', name, primary.host, primary.port, quorum)
  const settings = ['down-after-milliseconds', 500, 'failover-timeout', 3_000, 'parallel-syncs', 2]
  await sentinel.command('SENTINEL', 'SET', name, ...settings)
}

async function knowsAll(
  sentinel: RedisServer,
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
): Promise<void> {
  await eventually(
    async () => {
      const state = await stateOf(sentinel)
      const known = [state.get('num-slaves'), state.get('num-other-sentinels'), state.get('flags')]
      return known.join() === [servers.length - 1, sentinels.length - 1, 'master'].join()
    },
    `sentinel ${sentinel.port} knows the replicas and the other sentinels`,
    failoverMs,
  )
}

async function failover(
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
  by: 'command' | 'kill',
): Promise<RedisServer> {
  const before = await primaryOf(servers, sentinels)
  if (by === 'kill') before.kill('SIGKILL')
  return eventually(
    async () => {
      if (by === 'command') await order(before, sentinels)
      const states = await Promise.all(sentinels.map(stateOf))
      const ports = new Set(states.map((state) => Number(state.get('port'))))
      const after = servers.find(({ port }) => ports.size === 1 && ports.has(port) && port !== before.port)
      if (after === undefined || states.some((state) => state.get('flags') !== 'master')) return
      const info = await infoOf(after, 'INFO', 'replication')
      return info.get('role') === 'master' && info.get('connected_slaves') !== '0' && after
    },
    `the sentinels agree on another primary than ${before.port}`,
    failoverMs,
  )
}

/**
 * Orders a failover if none is in progress. On a machine that stops for a while, sentinels abort a
 * slow failover and do not start another.
 */
async function order(before: RedisServer, [sentinel]: readonly RedisServer[]): Promise<void> {
  if (sentinel === undefined) return
  const state = await stateOf(sentinel)
  const isIdle = Number(state.get('port')) === before.port && state.get('flags') === 'master'
  if (isIdle) await sentinel.command('SENTINEL', 'FAILOVER', name)
}

async function primaryOf(servers: readonly RedisServer[], sentinels: readonly RedisServer[]): Promise<RedisServer> {
  const address = await Promise.any(
    sentinels.map((sentinel) => sentinel.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)),
  )
  const port = Array.isArray(address) ? Number(address[1]) : undefined
  const primary = servers.find((server) => server.port === port)
  if (primary === undefined) throw new Error(`the sentinels tell of none of the servers, but of ${address}`)
  return primary
}

/** Returns the fields of the primary in a sentinel. */
async function stateOf(sentinel: RedisServer): Promise<Map<string, string>> {
  const fields = await sentinel.command('SENTINEL', 'MASTER', name)
  if (!Array.isArray(fields)) throw new Error(`sentinel ${sentinel.port} knows no ${name}`)
  return new Map(
    fields.flatMap((field, index) => (index % 2 === 0 ? [[String(field), String(fields[index + 1])]] : [])),
  )
}
