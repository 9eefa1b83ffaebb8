import type { RedisBinary } from './redis-binary.ts'

/** The servers to test against. */
export interface RedisServers {
  /** The main one first. */
  readonly binaries: readonly RedisBinary[]
  /** What this machine cannot have. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
}

const variable = 'REVOKED_REDIS_FOUND'

/**
 * Hands the servers on to the processes that run the tests, so that each is looked for once in a
 * run.
 */
export function handOnServers(servers: RedisServers): void {
  process.env[variable] = JSON.stringify(servers)
}

/** What the setup of this run has found, if there was one. */
export function serversOfSetup(): RedisServers | undefined {
  const text = process.env[variable]
  return text === undefined ? undefined : JSON.parse(text)
}
