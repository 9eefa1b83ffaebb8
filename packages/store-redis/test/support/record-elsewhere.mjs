// Records marks of one subject, all at once, in a separate process over the built package.
import { redisStore } from '@revoked/store-redis'
import { Redis } from 'ioredis'

process.once('message', async ({ port, prefix, marks }) => {
  const client = new Redis({ port })
  const store = redisStore(client, { prefix })
  const key = { scope: 'sub', value: 'ada' }
  const answers = await Promise.all(
    marks.map(({ isTotal, ...mark }) =>
      store.record([{ key, mark: isTotal ? { ...mark, cutoff: Number.POSITIVE_INFINITY } : mark }]),
    ),
  )
  process.send?.(answers.flat(), () => client.disconnect())
  process.disconnect()
})
