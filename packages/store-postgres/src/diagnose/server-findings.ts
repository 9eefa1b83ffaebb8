import type { PostgresFinding } from './finding.ts'
import type { ServerState } from './read-state.ts'

/** The oldest major version that has the functions that are used. */
const oldestMajor = 14

/**
 * The minor versions from which on VACUUM keeps what unread notifications need. Before, `LISTEN`
 * may fail with "could not access status of transaction" (commit 8eeb4a0f of PostgreSQL, November
 * 2025).
 */
const fixedListen: ReadonlyMap<number, number> = new Map([
  [14, 21],
  [15, 16],
  [16, 12],
  [17, 8],
  [18, 2],
])

/** Returns findings on the server, apart from its clock. */
export function serverFindings(state: ServerState): readonly PostgresFinding[] {
  return [...versionFindings(state), ...primaryFindings(state), ...durabilityFindings(state)]
}

function versionFindings({ version }: ServerState): readonly PostgresFinding[] {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000]
  if (major < oldestMajor) {
    return [
      {
        level: 'error',
        code: 'old-server',
        message: `PostgreSQL ${major} lacks what the store needs, and gets no fixes any more.`,
        remedy: `Use PostgreSQL ${oldestMajor} or later.`,
      },
    ]
  }
  const fixed = fixedListen.get(major)
  if (fixed === undefined || minor >= fixed) return []
  return [
    {
      level: 'warning',
      code: 'faulty-listen',
      message: `PostgreSQL ${major}.${minor} may refuse LISTEN after a vacuum, and changes then arrive by the next read of the log.`,
      remedy: `Update to ${major}.${fixed} or later.`,
    },
  ]
}

function primaryFindings({ isReplica, isReadOnly }: ServerState): readonly PostgresFinding[] {
  if (isReplica) {
    return [
      {
        level: 'error',
        code: 'replica',
        message: 'The client is connected to a replica, which may lack revocations: every call is refused.',
        remedy: 'Connect to the primary: target_session_attrs=read-write, or the host of writes.',
      },
    ]
  }
  if (!isReadOnly) return []
  return [
    {
      level: 'error',
      code: 'read-only',
      message: 'Transactions of the client are read-only, so nothing can be revoked.',
      remedy: "Set 'default_transaction_read_only' to 'off' for the user, or connect to the primary.",
    },
  ]
}

function durabilityFindings(state: ServerState): readonly PostgresFinding[] {
  const findings: PostgresFinding[] = []
  const { fsync, synchronousCommit, synchronousStandbys, replicas } = state
  if (fsync === 'off' || synchronousCommit === 'off') {
    findings.push({
      level: fsync === 'off' ? 'error' : 'warning',
      code: 'loses-commits',
      message: 'A crash of the server loses revocations that were acknowledged.',
      remedy: `Set '${fsync === 'off' ? 'fsync' : 'synchronous_commit'}' to 'on'.`,
    })
  }
  if (replicas > 0 && synchronousStandbys === '') {
    findings.push({
      level: 'warning',
      code: 'unprotected-writes',
      message: 'The primary acknowledges revocations that no replica has, and a failover then loses them.',
      remedy: "Set 'synchronous_standby_names', such as to 'ANY 1 (*)'.",
    })
  }
  return findings
}
