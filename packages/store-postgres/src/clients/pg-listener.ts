import type { PgClient, PgPool } from './pg.ts'
import type { ChannelListener, PostgresPort } from './port.ts'
import { createReconnecting } from './reconnecting.ts'

/** A connection that the listener has opened. */
interface OwnClient extends PgClient {
  end(): Promise<void>
}

type Listen = NonNullable<PostgresPort['listen']>

/**
 * Returns a `listen` that opens one connection apart from the pool, with its options. One of the
 * pool would be missing there.
 */
export function listenOnPool(pool: PgPool): Listen | undefined {
  const { Client } = pool as { readonly Client?: new (options: object) => OwnClient }
  if (Client === undefined) return undefined
  return (channel, events) =>
    createReconnecting(events, async (lost) => {
      const client = new Client({ ...pool.options, keepAlive: true })
      const end = (): void => void client.end().catch(() => undefined)
      client.on('error', lost)
      client.on('end', () => lost(undefined))
      client.on('notification', events.notified)
      try {
        // A connection that is never established would keep the attempt waiting.
        await client.connect()
        await client.query({ text: listenStatement(channel) })
      } catch (cause) {
        // The server may refuse to listen, and keep the connection.
        end()
        throw cause
      }
      return end
    })
}

/**
 * Returns a `listen` that uses the connection itself: it is the only one, and others end with it.
 * What it adds to the client is removed when the listener is closed.
 *
 * @param query - Runs a statement when the client has nothing else to do.
 */
export function listenOnClient(client: PgClient, query: PgClient['query']): Listen {
  return (channel, events) => {
    let isClosed = false
    const lost = (cause?: unknown): void => {
      if (!isClosed) events.lost(cause)
    }
    const opened = (): void => {
      if (!isClosed) events.opened()
    }
    const notified = (message: { readonly channel: string }): void => {
      if (message.channel === channel) events.notified()
    }
    const open = (): void => void query({ text: listenStatement(channel) }).then(opened, lost)
    client.on('notification', notified)
    client.on('end', lost)
    client.on('error', lost)
    open()
    const listener: ChannelListener = {
      restart: () => {
        if (!isClosed) open()
      },
      close: () => {
        isClosed = true
        client.removeListener('notification', notified)
        client.removeListener('end', lost)
        client.removeListener('error', lost)
      },
    }
    return listener
  }
}

/** The channel is the name of a schema, which is checked before. */
function listenStatement(channel: string): string {
  return `LISTEN "${channel}"`
}
