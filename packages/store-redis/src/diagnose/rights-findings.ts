import type { Answer, DiagnosticConnection } from './diagnostic-connection.ts'
import type { RedisFinding } from './finding.ts'
import { rightsScript } from './rights-script.ts'
import { connectedToReplica } from './server-findings.ts'

/** Followers pass over a probe that is not their own. */
const foreignProbe = ['probe', '', '0', '', ''].join('\n')

/** No script has it: a server that allows EVALSHA answers NOSCRIPT. */
const noDigest = '0'.repeat(40)

/** What the user may not do, of all that the store sends, and whether the server takes writes. */
export async function rightsFindings({
  partition,
  publishCommand,
  send,
}: DiagnosticConnection): Promise<RedisFinding[]> {
  const { feedKey, channel } = partition
  // Not the key of a mark: those have one part more.
  const keys = ['2', feedKey.replace(/feed$/, 'diagnose'), feedKey] as const
  const [evalsha, evalshaRo, evalRo, script] = await Promise.all([
    send(['EVALSHA', noDigest, ...keys]),
    send(['EVALSHA_RO', noDigest, ...keys]),
    send(['EVAL_RO', 'return 1', ...keys]),
    send(['EVAL', rightsScript, ...keys, channel, foreignProbe, publishCommand]),
  ])
  const { denied, failure } = readScript(script)
  const missing = [
    ...(isDenied(evalsha) ? ['EVALSHA'] : []),
    // Where the server does not know them, before 7.0, the store does without.
    ...(evalshaRo.refusal === 'NOPERM' ? ['EVALSHA_RO'] : []),
    ...(evalRo.refusal === 'NOPERM' ? ['EVAL_RO'] : []),
    ...denied,
  ]
  return [
    ...(missing.length > 0 ? [missingRights(missing, publishCommand)] : []),
    ...(failure === undefined ? [] : [refusedWrites(failure)]),
  ]
}

/** The commands that are denied, and the error of a write. */
function readScript(script: Answer): { readonly denied: readonly string[]; readonly failure: string | undefined } {
  if (isDenied(script)) return { denied: ['EVAL'], failure: undefined }
  if (script.refusal !== undefined) return { denied: [], failure: script.refusal }
  const [denied = '', error = ''] = Array.isArray(script.reply) ? script.reply.map(String) : []
  return { denied: denied.split(' ').filter(Boolean), failure: /\b[A-Z]{3,}\b/.exec(error)?.[0] }
}

/** A command that was renamed away is unknown: ERR. */
function isDenied({ refusal }: Answer): boolean {
  return refusal === 'NOPERM' || refusal === 'ERR'
}

function missingRights(
  commands: readonly string[],
  publishCommand: DiagnosticConnection['publishCommand'],
): RedisFinding {
  const channelRights = publishCommand === 'PUBLISH' ? '+publish +subscribe' : '+spublish +ssubscribe'
  return {
    level: 'error',
    code: 'missing-rights',
    message: `The user may not run ${commands.join(', ')} on the store's keys and channel.`,
    remedy: `Grant +eval +evalsha +eval_ro +evalsha_ro +exists +get +set +del +hmget +hset +time ${channelRights}, for the keys (~) and the channels (&) that begin with a brace and the prefix.`,
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
  OOM: 'Its memory is full: give it more, or keep other data elsewhere.',
  MISCONF: 'It cannot write to its disk: see its log.',
  NOREPLICAS: "Fewer replicas follow it than 'min-replicas-to-write' asks for: bring them back.",
  LOADING: 'It is loading its data: wait.',
  CLUSTERDOWN: 'Some slots of the cluster have no primary: bring its nodes back.',
}

/** Only followers need it. */
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
