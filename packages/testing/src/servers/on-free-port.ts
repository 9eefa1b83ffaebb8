import { freePort } from './free-port.ts'

/** The error of a start on a port that another process has. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

const attempts = 10

/**
 * Starts a server on a given port, or on a free one. If another process takes that one in the
 * meantime, it tries others.
 */
export async function onFreePort<Started>(
  chosen: number | undefined,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(chosen ?? (await freePort()))
    } catch (error) {
      const mayRetry = error instanceof PortTakenError && chosen === undefined && attempt < attempts
      if (!mayRetry) throw error
    }
  }
}
