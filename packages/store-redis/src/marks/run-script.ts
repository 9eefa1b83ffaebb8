import type { RedisPort } from '../clients/port.ts'
import { isReply } from '../clients/redis-error.ts'
import type { Script } from './scripts.ts'

/** The keys and arguments of a script. */
export interface ScriptArguments {
  readonly keys: readonly string[]
  /** The key whose node of a Cluster runs the script. Default: the first key. */
  readonly owner?: string
  readonly args?: readonly string[]
  /**
   * `'_RO'` makes the server enforce that the script only reads. It then runs even while writes are
   * paused. Requires Redis 7.0.
   */
  readonly variant?: '' | '_RO'
}

/** Runs a script by its digest, and sends its source only if the server does not know it yet. */
export async function runScript(
  send: RedisPort['send'],
  { source, digest }: Script,
  { keys, owner = keys[0] ?? '', args = [], variant = '' }: ScriptArguments,
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return await send(owner, [`EVALSHA${variant}`, digest, ...rest])
  } catch (error) {
    if (!isReply(error, 'NOSCRIPT')) throw error
    return await send(owner, [`EVAL${variant}`, source, ...rest])
  }
}
