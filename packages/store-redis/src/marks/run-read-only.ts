import type { RedisPort } from '../clients/port.ts'
import { isReply, isUnknownCommand } from '../clients/redis-error.ts'
import { runScript, type ScriptArguments } from './run-script.ts'
import type { Script } from './scripts.ts'

/**
 * Returns a function that runs a script which only reads, by the commands that enforce it. It then
 * runs even while writes are paused. A server before 7.0 does not have these commands, and runs it
 * as any other script.
 */
export function createReadOnlyRunner(
  send: RedisPort['send'],
  script: Script,
): (run: Omit<ScriptArguments, 'variant'>) => Promise<unknown> {
  let variant: '' | '_RO' = '_RO'

  return async (run) => {
    try {
      return await runScript(send, script, { ...run, variant })
    } catch (error) {
      if (variant === '' || !isReply(error, 'ERR')) throw error
      const reply = await runScript(send, script, run)
      // The server will not learn the command. Another error says nothing about it.
      if (isUnknownCommand(error)) variant = ''
      return reply
    }
  }
}
