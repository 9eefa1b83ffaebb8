import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, DiagnosticConnection } from './diagnostic-connection.ts'
import type { RedisFinding } from './finding.ts'
import { rightsOf } from './rights.ts'
import { rightsScript } from './rights-script.ts'
import { connectedToReplica } from './server-findings.ts'

/** A digest that no script has. A server that allows EVALSHA answers NOSCRIPT. */
const noDigest = '0'.repeat(40)

/**
 * Returns findings on commands of the store that the user may not run, and on a server that refuses
 * writes.
 */
export async function rightsFindings(
  { partition, publishCommand, send, database, hasHeard }: DiagnosticConnection,
  isSubscribed: boolean,
): Promise<RedisFinding[]> {
  // Subscribers ignore this message, because it is of no log.
  const message = `wake\n\n${randomUUID()}`
  const { feedKey, channelOf } = partition
  const channel = channelOf(await database())
  // This is never the key of a mark, which has one part more.
  const keys = ['2', feedKey.replace(/feed$/, 'diagnose'), feedKey] as const
  const [evalsha, evalshaRo, evalRo, script] = await Promise.all([
    send(['EVALSHA', noDigest, ...keys]),
    send(['EVALSHA_RO', noDigest, ...keys]),
    send(['EVAL_RO', 'return 1', ...keys]),
    send(['EVAL', rightsScript, ...keys, channel, message, publishCommand]),
  ])
  const { denied, failure } = readScript(script)
  const missing = [
    ...(isDenied(evalsha) ? ['EVALSHA'] : []),
    // A server before 7.0 does not know these two, and the store does not need them there.
    ...(evalshaRo.refusal === 'NOPERM' ? ['EVALSHA_RO'] : []),
    ...(evalRo.refusal === 'NOPERM' ? ['EVAL_RO'] : []),
    ...denied,
  ]
  const isCluster = publishCommand === 'SPUBLISH'
  const needed = rightsOf({ partitions: [partition], isCluster, database: await database() })
  return [
    ...(missing.length > 0 ? [missingRights(missing, needed)] : []),
    ...(failure === undefined ? [] : [refusedWrites(failure)]),
    ...(missing.length > 0 || !isSubscribed || (await arrives(() => hasHeard(message))) ? [] : [forwardsNothing]),
  ]
}

/** The limit for a message that goes around, and the interval at which it is looked for, in ms. */
const maxRoundMs = 1_000
const pauseMs = 10

async function arrives(hasArrived: () => boolean): Promise<boolean> {
  for (let waitedMs = 0; !hasArrived() && waitedMs < maxRoundMs; waitedMs += pauseMs) await sleep(pauseMs)
  return hasArrived()
}

const forwardsNothing: RedisFinding = {
  level: 'warning',
  code: 'forwards-nothing',
  message: 'The server accepts subscriptions to the channel of the store, but a message to it did not arrive.',
  remedy: 'Connect to the primary itself: a proxy or a managed service in between may not forward pub/sub.',
}

/** Returns the commands that are denied, and the error of a write. */
function readScript(script: Answer): { readonly denied: readonly string[]; readonly failure: string | undefined } {
  if (isDenied(script)) return { denied: ['EVAL'], failure: undefined }
  if (script.refusal !== undefined) return { denied: [], failure: script.refusal }
  const [denied = '', error = ''] = Array.isArray(script.reply) ? script.reply.map(String) : []
  return { denied: denied.split(' ').filter(Boolean), failure: /\b[A-Z]{3,}\b/.exec(error)?.[0] }
}

/** Returns true if the command is denied. A command that was renamed is unknown: ERR. */
function isDenied({ refusal }: Answer): boolean {
  return refusal === 'NOPERM' || refusal === 'ERR'
}

function missingRights(commands: readonly string[], needed: readonly string[]): RedisFinding {
  return {
    level: 'error',
    code: 'missing-rights',
    message: `The user may not run ${commands.join(', ')} on the store's keys and channel.`,
    remedy: `Grant the user ${needed.join(' ')}.`,
  }
}

function refusedWrites(code: string): RedisFinding {
  if (code === 'READONLY') return connectedToReplica
  return {
    level: 'error',
    code: 'writes-refused',
    message: `The server takes no revocations at present: ${code}.`,
    remedy: remedies[code] ?? "See the server's log.",
  }
}

const remedies: Readonly<Record<string, string>> = {
  OOM: 'Its memory is full: add memory, or move other data to another server.',
  MISCONF: 'It cannot write to its disk: see its log.',
  NOREPLICAS: "Fewer replicas follow it than 'min-replicas-to-write' asks for: bring them back.",
  LOADING: 'It is loading its data: wait until that ends.',
  CLUSTERDOWN: 'Some slots of the cluster have no primary: bring its nodes back.',
}

/** Returns a finding if the client cannot subscribe, which only followers need. */
export function subscriptionFindings({ refusal }: Answer): RedisFinding[] {
  if (refusal === undefined) return []
  return [
    {
      level: 'warning',
      code: 'cannot-subscribe',
      message: `No instance can follow the changes, because the client cannot subscribe to the store's channel: ${refusal}.`,
      remedy:
        'Grant the user +subscribe (in a Cluster +ssubscribe) and the channel (&), and leave room for a second connection of each instance.',
    },
  ]
}
