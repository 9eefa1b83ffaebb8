import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program to its end, and returns its output. Rejects with the output if it fails. */
export async function runCommand(
  file: string,
  args: readonly string[],
  cwd?: string,
  limitMs = 120_000,
): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  const { stdout } = await execute(file, args, { cwd, env, timeout: limitMs, maxBuffer: 16 * 1024 * 1024 })
  return stdout
}
