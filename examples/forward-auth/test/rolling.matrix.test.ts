/** One of two instances behind nginx shuts down under load, as in a rolling update. */
import { once } from 'node:events'
import { eventually, startRedis } from '@revoked/testing'
import autocannon from 'autocannon'
import { expect, test } from 'vitest'
import { startBehindNginx } from './support/behind-nginx.ts'
import { createIssuer } from './support/issuer.ts'
import { runProgram } from './support/start-process.ts'

const issuer = await createIssuer()

test.each(['0s', '500ms'])(
  'every request is answered while an instance shuts down, with SHUTDOWN_DELAY=%s',
  { timeout: 120_000 },
  async (SHUTDOWN_DELAY) => {
    const redis = await startRedis()
    const env = { ...issuer.env, STORE_URL: redis.url, SHUTDOWN_DELAY }
    const leaving = runProgram('main', env)
    const { nginx, stop } = await startBehindNginx(env, [await leaving.url()])
    const statuses: number[] = []
    const failures: unknown[] = []
    const headers = { authorization: `Bearer ${await issuer.sign()}` }
    const load = autocannon({ url: `${nginx.url}/orders`, connections: 24, duration: 600, headers }, () => undefined)
    load.on('response', (_client, status) => statuses.push(status))
    load.on('reqError', (error: unknown) => failures.push(error))
    const answered = async (count: number): Promise<void> => {
      const enough = statuses.length + count
      await eventually(() => statuses.length >= enough, 'requests are answered', 60_000)
    }
    try {
      await answered(500)
      leaving.kill('SIGTERM')
      expect(await leaving.ended).toBe(0)
      await answered(500)
    } finally {
      const done = once(load, 'done')
      load.stop()
      await done
      await stop()
      await redis.stop()
    }
    expect(failures).toEqual([])
    expect(new Set(statuses)).toEqual(new Set([200]))
  },
)
