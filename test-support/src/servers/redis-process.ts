import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { guardOrphan } from './orphan-guard.ts'
import { RespError, respCommand } from './resp.ts'

export type ServerSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

/** One run of a server's binary. */
export interface RedisProcess {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  /** Kills it, waits until it is gone, and cleans up while the guard still stands by. */
  readonly end: (cleanUp?: () => Promise<void>) => Promise<void>
}

export interface RedisRun {
  readonly path: string
  readonly folder: string
  readonly port: number
  readonly args: readonly string[]
}

/** Somebody else listens on the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

const logTailLines = 20

/** Starts the binary, and waits until it answers. */
export async function runRedis(run: RedisRun): Promise<RedisProcess> {
  const config = join(run.folder, 'redis.conf')
  // A sentinel insists on a file to write to. What it has learned there is kept at a restart.
  await writeFile(config, '', { flag: 'a' })
  const fixed = ['--port', String(run.port), '--bind', '127.0.0.1', '--daemonize', 'no', '--dir', run.folder]
  const log = openSync(join(run.folder, 'server.log'), 'w')
  const args = [config, ...fixed, '--save', '', '--appendonly', 'no', ...run.args]
  const child = spawn(run.path, args, { cwd: run.folder, stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn')
  const { pid = 0 } = child
  const endGuard = guardOrphan(child, run.folder)
  const end = async (cleanUp?: () => Promise<void>): Promise<void> => {
    await endChild(child)
    await cleanUp?.()
    await endGuard()
  }
  // Whoever holds a port that is taken may accept our question and never answer it.
  const exited = once(child, 'exit').then(() => 'exited')
  try {
    await eventually(
      () => Promise.race([exited, answers(run.port, pid)]),
      `the server on port ${run.port} answers`,
      10_000,
    )
    if (hasExited(child)) throw new Error(`exit code ${child.exitCode}, signal ${child.signalCode}`)
  } catch (cause) {
    await end()
    throw await startError(run, cause)
  }
  child.unref()
  return { pid, kill: (signal) => void child.kill(signal), end }
}

/** Asks for the pid: on a port that is taken, somebody else answers. */
async function answers(port: number, pid: number): Promise<boolean> {
  try {
    const info = String(await respCommand(port, 'INFO'))
    return info.includes(`process_id:${pid}\r\n`) && !info.includes('\r\nloading:1\r\n')
  } catch (error) {
    if (error instanceof RespError) return /^(NOAUTH|NOPERM)/.test(error.message)
    throw error
  }
}

async function startError({ path, folder, port }: RedisRun, cause: unknown): Promise<Error> {
  const log = await readFile(join(folder, 'server.log'), 'utf8')
  if (log.includes('Address already in use')) return new PortTakenError(`port ${port} is taken`, { cause })
  const tail = log.trimEnd().split('\n').slice(-logTailLines).join('\n')
  return new Error(`${path} did not start on port ${port}. Its log ends:\n${tail}`, { cause })
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function endChild(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return
  child.ref()
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
