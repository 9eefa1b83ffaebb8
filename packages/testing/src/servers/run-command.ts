import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ProgramStart } from './launch-server.ts'

const execute = promisify(execFile)

/** Runs a program to its end, and returns its output. Rejects with the output if it fails. */
export async function runCommand(
  file: string,
  args: readonly string[],
  cwd?: string,
  limitMs = 120_000,
): Promise<string> {
  return await runProgram(file, cwd, { args, limitMs })
}

/** Runs a program as `runCommand` does, but under another account or in another environment. */
export async function runProgram(
  file: string,
  cwd: string | undefined,
  { args, account, env = process.env, limitMs }: ProgramStart & { readonly limitMs?: number },
): Promise<string> {
  const all = { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  const limits = { timeout: limitMs ?? 120_000, maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await execute(file, args, { cwd, env: all, ...limits, ...account })
  return stdout
}
