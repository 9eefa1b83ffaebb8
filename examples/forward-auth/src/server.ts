import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { createRevocation, durationToMs } from '@revoked/core'
import { createRevocableTokens } from '@revoked/jose'
import { createApp } from './app.ts'
import { openKeys } from './keys.ts'
import { errorFields, type Log } from './log.ts'
import { openStore } from './open-store.ts'
import { createReadiness } from './readiness.ts'
import type { Settings } from './settings.ts'

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  /**
   * Stops taking requests, answers those that are under way, and closes the store. It may be called
   * again.
   */
  readonly close: () => Promise<void>
}

/**
 * Longer than proxies keep idle connections: who closes first must not have a request under way.
 */
const keepAliveTimeout = 75_000

/**
 * Starts the server. While its store is unavailable, it listens and answers 503.
 *
 * @throws EnvironmentError, TypeError or RangeError for settings that cannot be used, and
 *   SettingsConflictError or ClockSkewError if other services over the store have others.
 */
export async function startServer(settings: Settings, log: Log): Promise<RunningServer> {
  const { keys, load } = openKeys(settings)
  const opened = await openStore(settings, log)
  try {
    const { MAX_TOKEN_LIFETIME: maxTokenLifetime, REVOCABLE_CLAIMS: claims, CLOCK_TOLERANCE: clockTolerance } = settings
    const revocation = createRevocation({
      store: opened.store,
      maxTokenLifetime,
      claims,
      ...(clockTolerance !== undefined && { clockTolerance }),
    })
    const { ISSUER: issuer, AUDIENCE: audience, ALGORITHMS: algorithms, ACCEPT_UNTYPED: acceptUntyped } = settings
    const tokens = createRevocableTokens({ revocation, issuer, audience, algorithms, keys, acceptUntyped })
    await revocation.ready().catch((error: unknown) => {
      if (!isOutage(error)) throw error
      log('warn', 'not_ready', errorFields(error))
    })

    let closing: Promise<void> | undefined
    const isDraining = (): boolean => closing !== undefined
    const sources = { revocation, isFollowing: opened.isFollowing, loadKeys: load, isDraining }
    const app = createApp({ tokens, settings, unready: createReadiness(sources), isDraining, log })
    const server = createAdaptorServer({ fetch: app.fetch, serverOptions: { keepAliveTimeout } }) as Server
    server.listen(settings.PORT, settings.HOST)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      url: `http://${settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST}:${port}`,
      close: () => {
        closing ??= shutDown(server, settings).then(opened.close)
        return closing
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function shutDown(server: Server, { SHUTDOWN_DELAY, SHUTDOWN_TIMEOUT }: Settings): Promise<void> {
  await sleep(durationToMs(SHUTDOWN_DELAY, 'SHUTDOWN_DELAY'))
  await drain(server, durationToMs(SHUTDOWN_TIMEOUT, 'SHUTDOWN_TIMEOUT'))
}

/** Waits until every request was answered, until the deadline at most. */
async function drain(server: Server, deadlineMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection is idle once its last request was answered.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearInterval(idle)
  clearTimeout(deadline)
}

function isOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_REVOCATION_UNAVAILABLE'
}
