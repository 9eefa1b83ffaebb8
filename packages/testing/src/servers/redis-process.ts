import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { type Launched, launchServer, type ServerSignal } from './launch-server.ts'
import { PortTakenError } from './on-free-port.ts'
import { guardOrphan } from './orphan-guard.ts'
import type { RedisBinary } from './redis-binary.ts'
import { RespError, respCommand } from './resp.ts'

/** One run of the binary of a server. */
export interface RedisProcess {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  /** Kills the process, waits until it has ended, and cleans up before the guard ends. */
  readonly end: (cleanUp?: () => Promise<void>) => Promise<void>
}

export interface RedisRun {
  readonly binary: RedisBinary
  readonly folder: string
  readonly port: number
  readonly args: readonly string[]
}

const logTailLines = 20

/** Starts the binary, and waits until it answers. */
export async function runRedis(run: RedisRun): Promise<RedisProcess> {
  const { binary, folder, port } = run
  const config = join(folder, 'redis.conf')
  // A sentinel requires a file that it can write. Its state there is kept at a restart.
  await writeFile(config, '', { flag: 'a' })
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no', '--dir', folder]
  const args = [config, ...fixed, '--save', '', '--appendonly', 'no', ...run.args]
  const guard = guardOrphan(folder)
  const launched = await launchServer(binary, folder, args).catch(async (cause: unknown) => {
    await guard.dismiss()
    throw await startError(run, cause)
  })
  guard.watch(launched)
  const end = async (cleanUp?: () => Promise<void>): Promise<void> => {
    await launched.end()
    await cleanUp?.()
    await guard.dismiss()
  }
  try {
    await answering(launched, port, config)
  } catch (cause) {
    await end()
    throw await startError(run, cause)
  }
  return { pid: launched.pid, kill: launched.kill, end }
}

async function answering(launched: Launched, port: number, config: string): Promise<void> {
  // Another process on the port may accept the connection and never answer.
  const exited = launched.exited.then(() => 'exited' as const)
  const outcome = await eventually(
    () => Promise.race([exited, answers(port, config)]),
    `the server on port ${port} answers`,
    10_000,
  )
  if (outcome === 'exited') throw new Error('the server ended')
}

/**
 * Returns true if the started server answers. INFO contains the path of its configuration file,
 * which distinguishes it from another server on the port.
 */
async function answers(port: number, config: string): Promise<boolean> {
  try {
    const info = String(await respCommand(port, 'INFO'))
    return info.includes(`config_file:${config}\r\n`) && !info.includes('\r\nloading:1\r\n')
  } catch (error) {
    if (error instanceof RespError) return /^(NOAUTH|NOPERM)/.test(error.message)
    throw error
  }
}

async function startError({ binary, folder, port }: RedisRun, cause: unknown): Promise<Error> {
  // If there is no log, the start failed before the server ran.
  const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')
  if (log.includes('Address already in use')) return new PortTakenError(`port ${port} is taken`, { cause })
  const tail = log.trimEnd().split('\n').slice(-logTailLines).join('\n')
  return new Error(`${binary.path} did not start on port ${port}. Its log ends:\n${tail}`, { cause })
}
