import { startRedis } from '@revoked/testing'
import { onTestFinished } from 'vitest'
import { startServer } from '../../src/server.ts'
import { storeCalled } from '../../src/store.ts'
import { passwordCost } from '../open-server.ts'

/** Starts two servers over one Redis, and returns their addresses. */
export async function serversOverRedis(storeName: string): Promise<[string, string]> {
  const redis = await startRedis()
  onTestFinished(redis.stop)
  const kind = storeCalled(storeName)
  if (!('locate' in kind)) throw new TypeError('The store is not shared.')
  const start = async (): Promise<string> => {
    const opened = await kind.open({ url: redis.url, prefix: 'a' }, () => {})
    const server = await startServer({ ...opened, passwordCost, secret: Buffer.alloc(32, 1) })
    for (const close of [opened.close, server.close]) onTestFinished(close)
    return server.url
  }
  return [await start(), await start()]
}
