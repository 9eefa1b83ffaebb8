import type { PostgresPort } from '../clients/port.ts'
import type { PostgresFinding } from './finding.ts'

/** How long a notification may take, in ms. */
const patienceMs = 1_500

/**
 * Listens, sends a wake-up, and returns a finding if it does not arrive. A pooler in transaction
 * mode accepts `LISTEN`, and drops what comes.
 */
export async function wakeUpFindings(port: PostgresPort, schema: string): Promise<readonly PostgresFinding[]> {
  if (port.listen === undefined) return [unheard('info', 'The client cannot listen.')]
  const arrived = await arrives(port, port.listen, schema)
  return arrived ? [] : [unheard('warning', 'Notifications do not arrive: a pooler may be in the way.')]
}

function unheard(level: 'info' | 'warning', message: string): PostgresFinding {
  return {
    level,
    code: 'no-wake-ups',
    message: `${message} Caches learn of revocations by the next read of the change log.`,
    remedy:
      'Give the store a client that is connected to the server itself, or to a pooler in session mode, or an executor with `listen`.',
  }
}

async function arrives(
  port: PostgresPort,
  listen: NonNullable<PostgresPort['listen']>,
  schema: string,
): Promise<boolean> {
  const channel = `${schema}.diagnosis`
  const payload = "SELECT pg_notify($1::text, '')::text AS result"
  return await new Promise<boolean>((resolve) => {
    let isSent = false
    const end = (result: boolean): void => {
      clearTimeout(timer)
      listener.close()
      resolve(result)
    }
    const timer = setTimeout(() => end(false), patienceMs)
    const send = (): void => {
      // Notifications of this moment are those of the connection, and not of the server.
      setTimeout(() => {
        isSent = true
        port.run(payload, [channel]).catch(() => end(false))
      }, 0)
    }
    const listener = listen(channel, {
      notified: () => isSent && end(true),
      opened: send,
      lost: () => undefined,
    })
  })
}
