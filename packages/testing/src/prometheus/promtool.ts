import { runCommand } from '../servers/run-command.ts'
import { prometheusBinary } from './prometheus-binary.ts'

/** What `promtool` is asked to do. */
export type Promtool = 'check rules' | 'test rules'

/** Runs `promtool` over files, and returns what it prints. Rejects if it finds a mistake. */
export async function runPromtool(what: Promtool, ...files: readonly string[]): Promise<string> {
  const { promtool } = await prometheusBinary()
  return await runCommand(promtool, [...what.split(' '), ...files])
}
