// Logs in sessions of one subject, all at once, in a separate process over the built package.
import { redisSessions } from '@revoked/store-redis'
import { Redis } from 'ioredis'

process.once('message', async ({ port, prefix, sessions, maxOpen, closesLeastUsed }) => {
  const client = new Redis({ port })
  const store = redisSessions(client, { prefix })
  const opened = await Promise.all(
    sessions.map(async (session) => {
      let result = await store.open(session, { maxOpen, instead: [] })
      while (!result.opened && closesLeastUsed)
        result = await store.open(session, { maxOpen, instead: result.leastUsed })
      return result.opened
    }),
  )
  process.send?.(opened, () => client.disconnect())
  process.disconnect()
})
