import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The program, as it is built. */
const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

/** How a process ended, and what it wrote. */
export interface CliRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a process is given. */
export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Written to stdin, which ends then. */
  readonly stdin?: string
}

/** A process of the command line that runs. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<CliRun>
}

/** Starts the command line as a process, without a terminal. */
export function startCli(args: readonly string[], { env = {}, cwd, stdin }: CliOptions = {}): CliProcess {
  const { NODE_OPTIONS: _, REVOKED_STORE: __, ...own } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', bin, ...args], {
    cwd,
    env: { ...own, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin ?? '')
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
    }),
  }
}

/** Runs the command line as a process to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended
}
