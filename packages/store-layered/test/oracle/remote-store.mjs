import { postgresStore } from '@revoked/store-postgres'
import { redisStore } from '@revoked/store-redis'

/** The store of a site. */
export function remoteStore(client, { kind, prefix }) {
  return kind === 'postgres' ? postgresStore(client, { schema: prefix }) : redisStore(client, { prefix })
}
