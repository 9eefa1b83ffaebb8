import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { ServerSignal } from './launch-server.ts'
import { type RedisBinary, redisBinary } from './redis-binary.ts'
import { PortTakenError, type RedisProcess, type RedisRun, runRedis } from './redis-process.ts'
import { type RespCommand, type RespReply, respCommand, respCommands } from './resp.ts'

/** A real server, ours alone. */
export interface RedisServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  /** Another one after a restart. */
  readonly pid: number
  readonly binary: RedisBinary
  /**
   * Sends a command over a connection of its own. Rejects with a `RespError` when the server
   * answers an error.
   */
  readonly command: (...args: RespCommand) => Promise<RespReply>
  /**
   * Sends commands over one connection, for `WAIT`, `ASKING`, `AUTH`, `MULTI`. An error is a reply
   * like others.
   */
  readonly commands: (...commands: readonly RespCommand[]) => Promise<RespReply[]>
  /**
   * `SIGKILL` crashes the server, `SIGSTOP` makes it hang with its connections open, `SIGCONT` lets
   * it go on.
   */
  readonly kill: (signal: ServerSignal) => void
  /**
   * Kills it and starts it again on the same port, without data. A cluster node or a sentinel still
   * knows the others.
   */
  readonly restart: () => Promise<void>
  /** Kills it and removes its folder. Stopping twice is fine. */
  readonly stop: () => Promise<void>
}

export interface RedisOptions {
  /** What to add to the command line, such as `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[] | ((port: number) => readonly string[])
  /** Without it, a free one. */
  readonly port?: number
  /** Without it, the main one: `redisBinary()`. */
  readonly binary?: RedisBinary | undefined
}

const portAttempts = 10

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
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort())
    const run = { binary, folder, port, args: typeof args === 'function' ? args(port) : args }
    try {
      return { run, first: await runRedis(run) }
    } catch (error) {
      const mayRetry = error instanceof PortTakenError && options.port === undefined && attempt < portAttempts
      if (!mayRetry) throw error
    }
  }
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
    restart: async () => {
      await current.end()
      // A replica keeps the file that it got from its primary, also when it saves none itself.
      await rm(join(folder, 'dump.rdb'), { force: true })
      await rm(join(folder, 'appendonlydir'), { recursive: true, force: true })
      current = await runRedis(run)
    },
    stop: () => current.end(removeFolder),
  }
}
