import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** A running program of the example. */
export interface RunningProgram {
  readonly child: ChildProcess
  /** Returns all that it has printed so far, errors included. */
  readonly output: () => string
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>
}

/**
 * Starts `dist/<name>.js --store <store>`. `REDIS_URL` and `DATABASE_URL` come from `env`, never
 * from the shell.
 */
export function startProgram(
  name: string,
  env: Readonly<Record<string, string>> = {},
  store: 'redis' | 'layered' | 'mirror' | 'sqlite' | 'postgres' = 'redis',
): RunningProgram {
  const child = spawn(process.execPath, [`dist/${name}.js`, '--store', store], {
    cwd: folder,
    env: { ...process.env, REDIS_URL: '', DATABASE_URL: '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, for `signalGroup`.
    detached: true,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  }
  return { child, output: () => printed, ended: once(child, 'close').then(([code]) => code as number | null) }
}

/** Sends the signal to the program and to every process that it started, as a terminal does. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal)
}

/** The processes and ports that a demo prints at its start. */
export interface Started {
  readonly pids: readonly number[]
  readonly ports: readonly number[]
}

export function startedBy(output: string): Started {
  const numbers = (pattern: RegExp): number[] => [...output.matchAll(pattern)].map(([, number]) => Number(number))
  return { pids: numbers(/\(process (\d+)\)/g), ports: numbers(/(?:127\.0\.0\.1:|on port )(\d+)/g) }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

export async function expectAllGone({ pids, ports }: Started): Promise<void> {
  for (const pid of pids) expect.soft(isAlive(pid), `process ${pid}`).toBe(false)
  for (const port of ports) expect.soft(await listens(port), `port ${port}`).toBe(false)
}

export async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false
    throw error
  } finally {
    socket.destroy()
  }
}
