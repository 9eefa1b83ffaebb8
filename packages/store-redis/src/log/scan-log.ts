import type { Key, KeyedMark } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { RedisError } from '../clients/redis-error.ts'
import type { Partition } from '../marks/key-space.ts'
import { createValueReader } from '../marks/read-values.ts'
import { fromStored } from '../marks/stored-mark.ts'

/**
 * Yields the marks of a partition, page by page, with their keys as they are stored. Keys that
 * expire meanwhile are left out.
 *
 * A cursor means something to one process of a server only. The scan rejects if another one takes
 * over (a failover, a restart, a slot that moves), because marks would be missing without notice.
 *
 * @throws CorruptMarkError for a value that is not a mark, and every failure of the server.
 */
export async function* scanMarks(port: RedisPort, partition: Partition): AsyncGenerator<KeyedMark[]> {
  const { feedKey, marksPattern, keyIn } = partition
  const readValues = createValueReader(port, partition)
  const process = await processOf(port, feedKey)
  let cursor = '0'
  do {
    const page = await port.sendToOwner(feedKey, ['SCAN', cursor, 'MATCH', marksPattern, 'COUNT', String(pageSize)])
    const { next, keys } = pageOf(page)
    const values = keys.length === 0 ? undefined : await readValues(keys)
    cursor = next
    // This comes before the page is yielded, so that the last page is yielded only if it is right.
    if (cursor === '0') await assertSameProcess(port, partition, process)
    const marks = [...(values ?? [])].map(([place, value]) => marked(keyIn(keys[place] ?? ''), value))
    // A page may have more keys than it was asked for.
    for (let from = 0; from < marks.length; from += pageSize) yield marks.slice(from, from + pageSize)
  } while (cursor !== '0')
}

/** The number of keys that the server looks at for one page. It takes less than a millisecond. */
const pageSize = 1_000

function marked(key: Key, value: string | null): KeyedMark {
  if (value === null) throw new RedisError('WRONGTYPE')
  return { key, mark: fromStored(value) }
}

/** Returns the id of the server's process. */
async function processOf(port: RedisPort, feedKey: string): Promise<string> {
  const id = /^run_id:(\w+)/m.exec(String(await port.sendToOwner(feedKey, ['INFO', 'server'])))?.[1]
  if (id === undefined) throw new Error('The server does not tell its run_id (INFO server), which a scan needs.')
  return id
}

async function assertSameProcess(port: RedisPort, { feedKey, logKey }: Partition, process: string): Promise<void> {
  // A node whose slot is moving answers a command with an existing and a missing key with TRYAGAIN,
  // and one whose slot has moved with MOVED.
  if (port.isCluster) await port.sendToOwner(feedKey, ['EXISTS', feedKey, `${logKey}:none`])
  if ((await processOf(port, feedKey)) !== process)
    throw new Error('Another server took over during the scan, so the marks are not complete. Scan again.')
}

function pageOf(reply: unknown): { readonly next: string; readonly keys: readonly string[] } {
  const [next, keys] = Array.isArray(reply) ? reply : []
  if (typeof next === 'string' && Array.isArray(keys) && keys.every((key) => typeof key === 'string'))
    return { next, keys }
  throw new TypeError('The client did not answer with strings: it must not map replies to other types.')
}
