import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchServer, type ServerSignal } from './launch-server.ts'
import type { RedisBinary } from './redis-binary.ts'
import { RespError, respCommand } from './resp.ts'
import { runGuarded } from './run-guarded.ts'

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

/** Starts the binary, and waits until it answers. */
export async function runRedis({ binary, folder, port, args }: RedisRun): Promise<RedisProcess> {
  const config = join(folder, 'redis.conf')
  // A sentinel requires a file that it can write. Its state there is kept at a restart.
  await writeFile(config, '', { flag: 'a' })
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no', '--dir', folder]
  const all = [config, ...fixed, '--save', '', '--appendonly', 'no', ...args]
  const { launched, dismiss } = await runGuarded({
    name: binary.path,
    folder,
    port,
    launch: () => launchServer(binary, folder, all),
    answers: () => answers(port, config),
  })
  const end = async (cleanUp?: () => Promise<void>): Promise<void> => {
    await launched.end()
    await cleanUp?.()
    await dismiss()
  }
  return { pid: launched.pid, kill: launched.kill, end }
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
