import { Cluster, Redis } from 'ioredis'
import { createClient } from 'redis'
import { connectPostgres } from './connect-postgres.mjs'

const sane = { enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => 50, lazyConnect: true }

/**
 * A client of the site. If it has a port for subscribers, what is duplicated from the client goes
 * there.
 */
export async function connect(site) {
  const { kind, port, subscriberPort = port, name, library } = site
  if (kind === 'postgres') return connectPostgres(site)
  const client = create({ kind, port, name, library })
  client.on('error', () => undefined)
  if (kind === 'standalone') {
    const duplicate = client.duplicate.bind(client)
    client.duplicate = (overrides) =>
      library === 'node-redis'
        ? duplicate({ ...overrides, socket: { ...overrides.socket, port: subscriberPort } })
        : duplicate({ ...overrides, port: subscriberPort })
  }
  await client.connect()
  return client
}

function create({ kind, port, name, library }) {
  if (kind === 'cluster') return new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true })
  if (kind === 'sentinel') return new Redis({ sentinels: [{ host: '127.0.0.1', port }], name, ...sane })
  if (library === 'node-redis')
    return createClient({ socket: { port, reconnectStrategy: () => 50 }, disableOfflineQueue: true })
  return new Redis({ port, ...sane })
}
