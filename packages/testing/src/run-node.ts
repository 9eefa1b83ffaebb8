import { spawn } from 'node:child_process'

/** The result of a child process. */
export interface NodeRun {
  readonly exitCode: number | null
  readonly output: string
}

/**
 * Runs `node` with these arguments until it ends. After the limit it is killed, and has no exit
 * code.
 */
export function runNode(args: readonly string[], cwd: string, limitMs = 20_000): Promise<NodeRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, output }))
  })
}
