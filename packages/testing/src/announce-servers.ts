import { handOnServers, serversOfSetup } from './servers/found-servers.ts'
import { redisServers, summaryOf } from './servers/redis-servers.ts'

/**
 * Fetches missing servers before the tests, and prints those that the suites run against. Vitest
 * calls it as a global setup.
 */
export async function setup(): Promise<void> {
  // Each project of a run calls its setup.
  if (serversOfSetup() !== undefined) return
  try {
    // The other servers have to be downloaded, and only the matrix uses them.
    if ((process.env['REVOKED_TESTS'] ?? 'main') === 'main') process.env['REVOKED_REDIS_SERVERS'] ??= 'main'
    const servers = await redisServers()
    handOnServers(servers)
    process.stdout.write(`${summaryOf(servers)}\n`)
  } catch (error) {
    // Suites that need a server fail with the reason. Others run without one.
    process.stdout.write(`servers: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
