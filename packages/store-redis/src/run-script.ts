import type { RedisPort } from './clients/port.ts'
import { isReply } from './redis-error.ts'
import type { Script } from './scripts.ts'

/** What a script is given. The first key decides which node of a Cluster runs it. */
export interface ScriptArguments {
  readonly keys: readonly string[]
  readonly args?: readonly string[]
  /** `'_RO'` has the server see to it that the script only reads: it then runs on while writes are paused. From Redis 7.0 on. */
  readonly variant?: '' | '_RO'
}

/** Runs a script by its digest, and sends its source only where the server does not know it yet. */
export async function runScript(
  port: RedisPort,
  { source, digest }: Script,
  { keys, args = [], variant = '' }: ScriptArguments,
): Promise<unknown> {
  const [first = ''] = keys
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return await port.send(first, [`EVALSHA${variant}`, digest, ...rest])
  } catch (error) {
    if (!isReply(error, 'NOSCRIPT')) throw error
    return await port.send(first, [`EVAL${variant}`, source, ...rest])
  }
}
