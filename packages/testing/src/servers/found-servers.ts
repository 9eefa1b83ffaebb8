import type { RedisBinary } from './redis-binary.ts'

/** The servers that the suites run against. */
export interface RedisServers {
  /** The binaries, with the main one first. */
  readonly binaries: readonly RedisBinary[]
  /** Servers that this machine cannot run, with the reasons. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
}

const variable = 'REVOKED_REDIS_FOUND'

/** Passes the servers to the processes that run the tests, so that a run searches for them once. */
export function handOnServers(servers: RedisServers): void {
  process.env[variable] = JSON.stringify(servers)
}

/** Returns the servers that the setup of this run has found, if there was one. */
export function serversOfSetup(): RedisServers | undefined {
  const text = process.env[variable]
  return text === undefined ? undefined : JSON.parse(text)
}
