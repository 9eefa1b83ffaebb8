import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The program, as it is built. */
export const bin: string = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

/** How a process ended, and what it wrote. */
export interface CliRun {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a process is given. */
export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Written to stdin, which ends then. `'open'`: nothing is written, and it stays open. */
  readonly stdin?: string | 'open'
}

/** A process of the command line that runs. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<CliRun>
}

const running = new Set<ChildProcess>()

/** Ends the processes that a test has left behind, such as those that watch. For `afterEach`. */
export function endProcesses(): void {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
}

/** Notes a process for {@link endProcesses}. */
export function noteProcess(child: ChildProcess): void {
  running.add(child)
  child.on('close', () => running.delete(child))
}

/** Returns the environment of a process, without what the tests are given themselves. */
export function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, REVOKED_STORE: __, NO_COLOR: ___, FORCE_COLOR: ____, ...own } = process.env
  return { ...own, ...env }
}

/** Starts the command line as a process, without a terminal. */
export function startCli(args: readonly string[], { env, cwd, stdin = '' }: CliOptions = {}): CliProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  noteProcess(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  child.stdin.on('error', () => undefined)
  if (stdin !== 'open') child.stdin.end(stdin)
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout, stderr })
      })
    }),
  }
}

/** Runs the command line as a process to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliRun> {
  return startCli(args, options).ended
}
