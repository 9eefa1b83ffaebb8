import { redisStore } from '@revoked/store-redis'
import { eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { layeredStore } from '../src/index.ts'

test('the status shows that the user may not subscribe to the channel', async () => {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  await server.command('ACL', 'SETUSER', 'app', 'reset', 'on', '>s3cret', '~*', '+@all', 'resetchannels')
  const client = new Redis({ port: server.port, username: 'app', password: 's3cret' })
  onTestFinished(() => client.disconnect())
  const store = layeredStore(redisStore(client))
  onTestFinished(() => store.close())
  await eventually(() => store.status().lastFailure, 'the subscription fails')
  expect(store.status()).toMatchObject({ isSubscribed: false, lastFailure: { reply: 'NOPERM' } })
})
