import { engineAnswers } from './container-engine.ts'
import { systemArchive } from './debian-archive.ts'
import { serversOfSetup } from './found-servers.ts'
import { onPath } from './on-path.ts'
import { runCommand } from './run-command.ts'
import { askContainer } from './run-container.ts'
import { unpackServers } from './unpack-redis.ts'

/** A server that can run on this machine. */
export interface RedisBinary {
  /** The path of the file, or the name of the image. */
  readonly path: string
  readonly kind: 'redis' | 'valkey'
  readonly version: string
  /** The image, if the server runs in containers. */
  readonly image?: string
}

/** The places in which the server is searched. */
export interface RedisBinarySearch {
  /**
   * The environment, of which `REVOKED_REDIS_IMAGE`, `REVOKED_REDIS_SERVER`, `PATH` and
   * `DOCKER_HOST` count.
   */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a server that is unpacked from the packages of the system. */
  readonly cache?: string
}

const defaultImage = 'redis:7.2-alpine'

let found: Promise<RedisBinary> | undefined

/**
 * Returns the server that the suites run against. It is searched once per process. Rejects with the
 * packages to install if there is none.
 */
export function redisBinary(): Promise<RedisBinary> {
  const [main] = serversOfSetup()?.binaries ?? []
  found ??= main === undefined ? findRedisBinary({ env: process.env }) : Promise.resolve(main)
  return found
}

/**
 * Returns a server as `redisBinary` does, but for another environment, and without a cached result.
 */
export async function findRedisBinary({ env, cache }: RedisBinarySearch): Promise<RedisBinary> {
  const { REVOKED_REDIS_IMAGE: image, REVOKED_REDIS_SERVER: chosen } = env
  if (image) return identifyImage(image)
  if (chosen) return identify(chosen, `REVOKED_REDIS_SERVER=${chosen}`)
  for (const name of ['redis-server', 'valkey-server'] as const) {
    const path = await onPath(name, env)
    if (path !== undefined) return identify(path)
  }
  const failures: unknown[] = []
  if (await engineAnswers(env)) {
    // An engine may have no access to a registry.
    const contained = await identifyImage(defaultImage).catch((error: unknown) => void failures.push(error))
    if (contained !== undefined) return contained
  }
  const unpacked = await unpackOwn(cache).catch((error: unknown) => void failures.push(error))
  if (unpacked !== undefined) return identify(unpacked)
  throw new Error(
    'There is no Redis server to start: neither redis-server nor valkey-server is on the PATH, no Docker engine has run ' +
      'one, and apt-get could not fetch one. Install it (apt-get install redis-server, brew install redis), start ' +
      'Docker, or set REVOKED_REDIS_SERVER to its path.',
    { cause: failures.length === 1 ? failures[0] : new AggregateError(failures) },
  )
}

async function unpackOwn(cache: string | undefined): Promise<string> {
  const pathOf = await unpackServers({ archive: await systemArchive(), servers: ['redis-server'], cache })
  return pathOf('redis-server')
}

/** Returns true if the server is older than Redis 7. */
export function isBefore7({ version }: RedisBinary): boolean {
  return majorOf(version) < 7
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}

export async function identify(path: string, origin: string = path): Promise<RedisBinary> {
  const answer = await runCommand(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as a Redis server`, { cause })
  })
  return { path, ...parseVersion(answer, origin) }
}

export async function identifyImage(image: string): Promise<RedisBinary> {
  const answer = await askContainer(image, ['--version']).catch((cause: unknown) => {
    throw new Error(`the image ${image} does not run as a Redis server in a container`, { cause })
  })
  return { path: image, image, ...parseVersion(answer, `the image ${image}`) }
}

function parseVersion(answer: string, origin: string): Pick<RedisBinary, 'kind' | 'version'> {
  // "Redis server v=7.0.15 sha=…", "Valkey server v=8.0.1 sha=…"
  const { kind, version } = answer.match(/^(?<kind>Redis|Valkey) server v=(?<version>[\w.-]+)/)?.groups ?? {}
  if (kind === undefined || version === undefined) throw new Error(`${origin} is not a Redis server: it says ${answer}`)
  return { kind: kind === 'Valkey' ? 'valkey' : 'redis', version }
}
