import { type RedisFinding, unchecked } from './finding.ts'
import type { ServerInfo } from './server-info.ts'

/** Returns findings on the settings and the state of the server. */
export async function serverFindings(info: ServerInfo): Promise<RedisFinding[]> {
  const findings = [await evictionFinding(info), await persistenceFinding(info)]
  return [versionFinding(info), replicaFinding(info), ...findings, replicationFinding(info)].filter(
    (finding) => finding !== undefined,
  )
}

function versionFinding({ field }: ServerInfo): RedisFinding | undefined {
  // Valkey reports 7.2, the version of Redis that it is compatible with, and has another field for
  // its own version.
  const version = field('redis_version') ?? field('valkey_version')
  const [major, minor] = version?.split('.').map(Number) ?? []
  if (major === undefined || minor === undefined || Number.isNaN(major + minor))
    return unchecked(
      "the server's version",
      'Grant the user +info, or make sure that the server is Redis 6.2 or later, or Valkey.',
    )
  if (major > 6 || (major === 6 && minor >= 2)) return undefined
  return {
    level: 'error',
    code: 'old-server',
    message: `The server speaks Redis ${major}.${minor}, which does not know the expiry that marks are written with.`,
    remedy: 'Upgrade to Redis 6.2 or later, or to Valkey.',
  }
}

function replicaFinding({ field }: ServerInfo): RedisFinding | undefined {
  const role = field('role')
  if (role === 'slave') return connectedToReplica
  return role === undefined
    ? unchecked(
        'whether the server is a primary',
        'Grant the user +info, or make sure that the client connects to the primary.',
      )
    : undefined
}

/** The finding on a replica. A write that is refused as READONLY has the same finding. */
export const connectedToReplica: RedisFinding = {
  level: 'error',
  code: 'replica',
  message: 'The client is connected to a replica, which takes no revocations and may not know the latest.',
  remedy: 'Connect to the primary, or through Sentinel or a Cluster client, which find it.',
}

async function evictionFinding({ setting }: ServerInfo): Promise<RedisFinding | undefined> {
  const [limit, policy] = await Promise.all([setting('maxmemory'), setting('maxmemory-policy', 'maxmemory_policy')])
  if (policy === 'noeviction' || limit === '0') return undefined
  if (policy === undefined)
    return unchecked('what the server evicts when its memory is full', "Set 'maxmemory-policy' to 'noeviction'.")
  return {
    level: 'error',
    code: 'evicts-marks',
    message: policy.startsWith('volatile-')
      ? `If its memory is full, the server loses revocations: '${policy}' evicts keys that expire, as all of them do.`
      : `If its memory is full, the server loses revocations: '${policy}' evicts any key.`,
    remedy: "Set 'maxmemory-policy' to 'noeviction', and keep what may be evicted on another server.",
  }
}

async function persistenceFinding({ setting }: ServerInfo): Promise<RedisFinding | undefined> {
  const appendOnly = await setting('appendonly', 'aof_enabled')
  if (appendOnly === '1' || appendOnly === 'yes') return undefined
  const savePoints = await setting('save')
  if (savePoints === undefined)
    return unchecked(
      "the server's save points",
      'Make sure that it has an append-only file or snapshots. Otherwise a restart loses every revocation.',
    )
  if (savePoints !== '') return undefined
  return {
    level: 'warning',
    code: 'no-persistence',
    message: 'The server keeps nothing on disk, so a restart loses every revocation.',
    remedy: "Set 'appendonly' to 'yes': snapshots alone lose the last minutes.",
  }
}

function replicationFinding({ field }: ServerInfo): RedisFinding | undefined {
  // INFO contains the number of good replicas only if the server requires some.
  if (Number(field('connected_slaves') ?? 0) === 0 || field('min_slaves_good_slaves') !== undefined) return undefined
  return {
    level: 'warning',
    code: 'unprotected-writes',
    message: 'The primary takes revocations even if no replica follows it, and a failover then loses them.',
    remedy: "Set 'min-replicas-to-write' to 1, and 'min-replicas-max-lag' to a few seconds.",
  }
}
