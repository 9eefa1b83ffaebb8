import { eventually } from './eventually.ts'
import type { RedisServer } from './redis-server.ts'

const syncMs = 20_000

/**
 * Waits until these replicas receive the writes of the primary. The state `online` in INFO is not
 * sufficient, because a primary holds the stream back until the first acknowledgement, for up to a
 * second. So this writes without leaving anything: FLUSHALL, on an empty primary.
 */
export async function awaitReplication(primary: RedisServer, replicas: readonly RedisServer[]): Promise<void> {
  await primary.command('FLUSHALL')
  const written = Number((await infoOf(primary, 'INFO', 'replication')).get('master_repl_offset'))
  const isThere = async (replica: RedisServer): Promise<boolean> => {
    const info = await infoOf(replica, 'INFO', 'replication')
    return info.get('master_link_status') === 'up' && Number(info.get('slave_repl_offset')) >= written && written > 0
  }
  await Promise.all(
    replicas.map((replica) => {
      return eventually(() => isThere(replica), `${replica.port} is in sync with ${primary.port}`, syncMs)
    }),
  )
}

/** Returns the fields of INFO or CLUSTER INFO. */
export async function infoOf(node: RedisServer, ...command: readonly string[]): Promise<Map<string, string>> {
  const lines = String(await node.command(...command)).split('\r\n')
  return new Map(
    lines
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}
