import { debianArchive } from './debian-archive.ts'
import { type RedisServers, serversOfSetup } from './found-servers.ts'
import { onPath } from './on-path.ts'
import { findRedisBinary, identify, identifyImage, majorOf, type RedisBinary } from './redis-binary.ts'
import { type ServerName, unpackServers } from './unpack-redis.ts'

interface Newer {
  readonly name: string
  readonly kind: RedisBinary['kind']
  readonly server: ServerName
  readonly image: string
}

const major = 8
const newer: readonly Newer[] = [
  { name: `Redis ${major}`, kind: 'redis', server: 'redis-server', image: 'redis:8-alpine' },
  { name: `Valkey ${major}`, kind: 'valkey', server: 'valkey-server', image: 'valkey/valkey:8-alpine' },
]

// Debian 13 is the first release with both.
const suite = 'trixie'

let found: Promise<RedisServers> | undefined

/**
 * Returns every server that the suites can use here: the main one, then Redis 8 and Valkey 8 if the
 * main one is another. With `REVOKED_REDIS_SERVERS=main` or an image in `REVOKED_REDIS_IMAGE`, it
 * is the main one alone. Rejects if there is no main one.
 */
export function redisServers(): Promise<RedisServers> {
  const known = serversOfSetup()
  found ??= known === undefined ? findRedisServers(process.env) : Promise.resolve(known)
  return found
}

/**
 * Returns the servers as `redisServers` does, but for another environment, and without a cached
 * result.
 */
export async function findRedisServers(env: NodeJS.ProcessEnv, cache?: string): Promise<RedisServers> {
  const scope = env['REVOKED_REDIS_SERVERS'] || 'all'
  if (scope !== 'all' && scope !== 'main')
    throw new Error(`REVOKED_REDIS_SERVERS=${scope}, which is neither main nor all`)
  const main = await findRedisBinary({ env, ...(cache === undefined ? {} : { cache }) })
  if (scope === 'main' || env['REVOKED_REDIS_IMAGE']) return { binaries: [main], missing: [] }
  const binaries: RedisBinary[] = [main]
  const missing: { name: string; reason: string }[] = []
  for (const wanted of newer.filter((wanted) => !isIt(main, wanted))) {
    try {
      binaries.push(main.image === undefined ? await findNewer(wanted, env, cache) : await identifyImage(wanted.image))
    } catch (error) {
      missing.push({ name: wanted.name, reason: reasonOf(error) })
    }
  }
  return { binaries, missing }
}

/** Returns the kind and the version, such as "Redis 8.0.2". */
export function nameOf({ kind, version }: RedisBinary): string {
  return `${kind === 'valkey' ? 'Valkey' : 'Redis'} ${version}`
}

/** Returns one line for the log of a run. */
export function summaryOf({ binaries, missing }: RedisServers): string {
  const had = binaries.map(
    (binary) => nameOf(binary) + (binary.image === undefined ? '' : ` (container ${binary.image})`),
  )
  const lacking = missing.map(({ name, reason }) => `; ${name}: not to be had here: ${reason}`)
  return `servers: ${had.join(', ')}${lacking.join('')}`
}

async function findNewer(wanted: Newer, env: NodeJS.ProcessEnv, cache: string | undefined): Promise<RedisBinary> {
  const path = await onPath(wanted.server, env)
  const installed = path === undefined ? undefined : await identify(path)
  if (installed !== undefined && isIt(installed, wanted)) return installed
  const pathOf = await unpackServers({
    archive: await debianArchive(suite),
    servers: newer.map(({ server }) => server),
    cache,
  })
  return identify(pathOf(wanted.server))
}

function isIt({ kind, version }: RedisBinary, wanted: Newer): boolean {
  return kind === wanted.kind && majorOf(version) === major
}

/** Returns the message of the innermost cause, in one line. */
function reasonOf(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause
  return (innermost instanceof Error ? innermost.message : String(innermost)).trim().split('\n').join(' ')
}
