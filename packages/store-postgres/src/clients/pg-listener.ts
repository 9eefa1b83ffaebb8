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
      client.on('error', lost)
      client.on('end', () => lost(undefined))
      client.on('notification', events.notified)
      // A connection that is never established would keep the attempt waiting.
      await client.connect()
      await client.query({ text: listenStatement(channel) })
      return () => void client.end().catch(() => undefined)
    })
}

/**
 * Returns a `listen` that uses the connection itself: it is the only one, and others end with it.
 */
export function listenOnClient(client: PgClient): Listen {
  return (channel, events) => {
    let isClosed = false
    const ifOpen =
      <Rest extends unknown[]>(call: (...rest: Rest) => void) =>
      (...rest: Rest): void => {
        if (!isClosed) call(...rest)
      }
    const open = (): void =>
      void client.query({ text: listenStatement(channel) }).then(ifOpen(events.opened), ifOpen(events.lost))
    client.on('notification', (message) => {
      if (message.channel === channel && !isClosed) events.notified()
    })
    client.on(
      'end',
      ifOpen(() => events.lost(undefined)),
    )
    client.on('error', ifOpen(events.lost))
    open()
    const listener: ChannelListener = {
      restart: ifOpen(open),
      close: () => {
        isClosed = true
      },
    }
    return listener
  }
}

/** The channel is the name of a schema, which is checked before. */
function listenStatement(channel: string): string {
  return `LISTEN "${channel}"`
}
