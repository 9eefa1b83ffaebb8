/** The program of the container. */
import { RevocationError } from '@revoked/core'
import { EnvironmentError } from './environment.ts'
import { createLog, errorFields } from './log.ts'
import { startServer } from './server.ts'
import { readSettings } from './settings.ts'

const write = (line: string): void => void process.stdout.write(line)

try {
  const settings = readSettings(process.env)
  const log = createLog(settings.LOG_LEVEL, write)
  const starting = startServer(settings, log)
  let signals = 0
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    signals += 1
    if (signals > 1) process.exit(1)
    log('info', 'draining', { signal })
    const server = await starting.catch(() => undefined)
    // Why it could not start is said below.
    if (server === undefined) return
    await server.close()
    log('info', 'stopped')
    process.exit(0)
  }
  // Before the server listens: the first process of a container ignores signals without a handler.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void stop(signal).catch(() => process.exit(1)))
  const { url } = await starting
  log('info', 'listening', { url, cache: settings.CACHE, endpoints: settings.CLIENTS !== undefined })
} catch (error) {
  // The messages of these say what to change, and contain no value.
  const isExplained = [EnvironmentError, RevocationError, TypeError, RangeError].some((type) => error instanceof type)
  const fields = isExplained && error instanceof Error ? { message: error.message } : {}
  createLog('error', write)('error', 'cannot_start', { ...errorFields(error), ...fields })
  process.exit(1)
}
