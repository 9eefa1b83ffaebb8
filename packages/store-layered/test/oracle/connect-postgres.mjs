import pg from 'pg'

const sane = { host: '127.0.0.1', user: 'revoked', database: 'postgres', connectionTimeoutMillis: 1_000 }

/** A pool of the site. If it has a port for subscribers, the connection that listens goes there. */
export function connectPostgres({ port, subscriberPort = port, library }) {
  const pool = new pg.Pool({ ...sane, port, max: 20, query_timeout: 1_500, keepAlive: true })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const listenerOptions = { ...sane, port: subscriberPort }
  if (library === 'executor') {
    return {
      execute: async (sql, values) => (await pool.query(sql, values)).rows,
      listen: async (channel, notified) => {
        const client = new pg.Client(listenerOptions)
        client.on('error', () => undefined)
        client.on('notification', notified)
        await client.connect()
        await client.query(`LISTEN "${channel}"`)
        return () => client.end().catch(() => undefined)
      },
    }
  }
  return {
    query: (...query) => pool.query(...query),
    connect: () => pool.connect(),
    get totalCount() {
      return pool.totalCount
    },
    options: listenerOptions,
    Client: pg.Client,
  }
}
