import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerSignal } from './launch-server.ts'
import { onFreePort } from './on-free-port.ts'
import { type RedisBinary, redisBinary } from './redis-binary.ts'
import { type RedisProcess, type RedisRun, runRedis } from './redis-process.ts'
import { type RespCommand, type RespReply, respCommand, respCommands } from './resp.ts'

/** A real server that only the caller uses. */
export interface RedisServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  /** The process id, which a restart changes. */
  readonly pid: number
  readonly binary: RedisBinary
  /**
   * Sends a command over a new connection. Rejects with a `RespError` if the server answers an
   * error.
   */
  readonly command: (...args: RespCommand) => Promise<RespReply>
  /**
   * Sends commands over one new connection, for `WAIT`, `ASKING`, `AUTH`, `MULTI`. An error is a
   * reply like others.
   */
  readonly commands: (...commands: readonly RespCommand[]) => Promise<RespReply[]>
  /**
   * Signals the server: `SIGKILL` crashes it, `SIGSTOP` makes it hang with its connections open,
   * `SIGCONT` continues it.
   */
  readonly kill: (signal: ServerSignal) => void
  /**
   * Kills the server and starts it again on the same port: without data, or with that of its last
   * `SAVE` or of its append-only file. A cluster node or a sentinel still knows the others.
   */
  readonly restart: (options?: { readonly keepsData?: boolean }) => Promise<void>
  /** Kills the server and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

export interface RedisOptions {
  /** Additional arguments, such as `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[] | ((port: number) => readonly string[])
  /** The port. Default: a free one. */
  readonly port?: number
  /** The binary. Default: the main one, `redisBinary()`. */
  readonly binary?: RedisBinary | undefined
}

/** Starts a server without persistence on a free port. It ends with this process at the latest. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = options.binary ?? (await redisBinary())
  const folder = await mkdtemp(join(tmpdir(), 'revoked-redis-'))
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const { run, first } = await startOnFreePort(binary, folder, options)
    return serverOf(run, first, removeFolder)
  } catch (error) {
    await removeFolder()
    throw error
  }
}

async function startOnFreePort(
  binary: RedisBinary,
  folder: string,
  options: RedisOptions,
): Promise<{ run: RedisRun; first: RedisProcess }> {
  const { args = [] } = options
  return await onFreePort(options.port, async (port) => {
    const run = { binary, folder, port, args: typeof args === 'function' ? args(port) : args }
    return { run, first: await runRedis(run) }
  })
}

function serverOf(run: RedisRun, first: RedisProcess, removeFolder: () => Promise<void>): RedisServer {
  const { binary, port, folder } = run
  let current = first
  return {
    host: '127.0.0.1',
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return current.pid
    },
    binary,
    command: (...args) => respCommand(port, ...args),
    commands: (...commands) => respCommands(port, ...commands),
    kill: (signal) => current.kill(signal),
    restart: async ({ keepsData = false } = {}) => {
      await current.end()
      // A replica keeps the file that it received from its primary, even if it saves none.
      const files = keepsData ? [] : ['dump.rdb', 'appendonlydir']
      for (const file of files) await rm(join(folder, file), { recursive: true, force: true })
      current = await runRedis(run)
    },
    stop: () => current.end(removeFolder),
  }
}
