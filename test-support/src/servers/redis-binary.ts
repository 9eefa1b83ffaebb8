import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { runCommand } from './run-command.ts'
import { unpackRedis } from './unpack-redis.ts'

/** A server that runs on this machine. */
export interface RedisBinary {
  readonly path: string
  readonly kind: 'redis' | 'valkey'
  readonly version: string
}

/** What decides where the server is looked for. */
export interface RedisBinarySearch {
  /** `REVOKED_REDIS_SERVER` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a server that is unpacked from the packages of the system. */
  readonly cache?: string
}

let found: Promise<RedisBinary> | undefined

/** The server to test against, looked for once per process. Rejects, and says what to install, when there is none. */
export function redisBinary(): Promise<RedisBinary> {
  found ??= findRedisBinary({ env: process.env })
  return found
}

/** As `redisBinary`, but for another environment, and anew each time. */
export async function findRedisBinary({ env, cache }: RedisBinarySearch): Promise<RedisBinary> {
  const chosen = env['REVOKED_REDIS_SERVER']
  if (chosen !== undefined && chosen !== '') return identify(chosen, `REVOKED_REDIS_SERVER=${chosen}`)
  for (const name of ['redis-server', 'valkey-server']) {
    const path = await onPath(name, env['PATH'])
    if (path !== undefined) return identify(path, path)
  }
  const unpacked = await unpackRedis(cache).catch((cause: unknown) => {
    throw new Error(
      'No Redis server to test against: neither redis-server nor valkey-server is on the PATH, and apt-get could not ' +
        'fetch one. Install it (apt-get install redis-server, brew install redis), or set REVOKED_REDIS_SERVER to its path.',
      { cause },
    )
  })
  return identify(unpacked, unpacked)
}

async function onPath(name: string, path = ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  return undefined
}

async function identify(path: string, origin: string): Promise<RedisBinary> {
  const answer = await runCommand(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as a Redis server`, { cause })
  })
  // "Redis server v=7.0.15 sha=…", "Valkey server v=8.0.1 sha=…"
  const { kind, version } = answer.match(/^(?<kind>Redis|Valkey) server v=(?<version>[\w.-]+)/)?.groups ?? {}
  if (kind === undefined || version === undefined) throw new Error(`${origin} is not a Redis server: it says ${answer}`)
  return { path, kind: kind === 'Valkey' ? 'valkey' : 'redis', version }
}
