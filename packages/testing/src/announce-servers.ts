import { handOnServers, serversOfSetup } from './servers/found-servers.ts'
import { redisServers, summaryOf } from './servers/redis-servers.ts'

/**
 * For vitest, before the tests: fetches the servers that are not there yet, and says which the
 * suites run against.
 */
export async function setup(): Promise<void> {
  // Each project of a run has its setup.
  if (serversOfSetup() !== undefined) return
  try {
    // The other servers are a download, and the matrix is what they are for.
    if ((process.env['REVOKED_TESTS'] ?? 'main') === 'main') process.env['REVOKED_REDIS_SERVERS'] ??= 'main'
    const servers = await redisServers()
    handOnServers(servers)
    process.stdout.write(`${summaryOf(servers)}\n`)
  } catch (error) {
    // The suites that need a server fail, and say why at length. Others need none.
    process.stdout.write(`servers: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
