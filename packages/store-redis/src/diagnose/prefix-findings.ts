import type { DiagnosticConnection } from './diagnostic-connection.ts'
import { type RedisFinding, unchecked } from './finding.ts'

/** The keys of logs and settings, whatever the prefix. Other keys match too, and are left out. */
const pattern = '{*:*}:[fs]e*'
const namedKey = /^\{([\x21-\x7a|~]{1,64}):\d{1,4}\}:(?:feed|settings)$/

/** The number of keys that the server looks at for one page. It takes less than a millisecond. */
const pageSize = 1_000

/** The time after which the search ends, in ms. A million keys take about as long. */
const maxSearchMs = 500

/**
 * Returns a finding if stores with other prefixes are in the same database. Nothing else can tell
 * that a service was given a wrong prefix: to the server, it is another store. On a Cluster, only
 * the node of the first partition is searched.
 */
export async function prefixFindings({ partition, ask, send }: DiagnosticConnection): Promise<RedisFinding[]> {
  const own = prefixOf(partition.feedKey)
  const endAt = Date.now() + maxSearchMs
  let cursor = '0'
  do {
    const { reply, refusal } = await ask(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(pageSize), 'TYPE', 'hash'])
    // Another finding lists the rights that are missing.
    if (refusal === 'NOPERM') return []
    const [next, keys] = Array.isArray(reply) ? reply : []
    if (typeof next !== 'string' || !Array.isArray(keys)) return [uncheckedPrefixes]
    if (
      keys
        .map(String)
        .map(prefixOf)
        .some((prefix) => prefix !== undefined && prefix !== own)
    ) {
      const { reply: exists } = await send(['EXISTS', partition.settingsKey])
      return [Number(exists) === 0 ? unusedPrefix : otherPrefixes]
    }
    cursor = next
  } while (cursor !== '0' && Date.now() < endAt)
  return cursor === '0' ? [] : [uncheckedPrefixes]
}

function prefixOf(key: string): string | undefined {
  return namedKey.exec(key)?.[1]
}

// Prefixes are not shown, because a key that looks like ours may be of another application.
const remedy =
  "Make sure that all services that share revocations have the same 'prefix'. This lists the prefixes of a server: redis-cli --scan --pattern '{*:0}:settings'."

const otherPrefixes: RedisFinding = {
  level: 'info',
  code: 'other-prefixes',
  message: 'The database also has stores with other prefixes. What one of them revokes, the others do not know.',
  remedy,
}

const unusedPrefix: RedisFinding = {
  level: 'warning',
  code: 'other-prefixes',
  message: 'No service has used this prefix yet, but the database has a store with another prefix.',
  remedy,
}

const uncheckedPrefixes = unchecked(
  'whether the database has stores with other prefixes',
  "Make sure that all services that share revocations have the same 'prefix'. The database may have too many keys to look at all of them.",
)
