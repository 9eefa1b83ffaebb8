import { randomBytes } from 'node:crypto'
import { startRedis } from '@revoked/testing'
import type { Redis } from 'ioredis'
import type { LocatedServer } from './located-server.ts'
import { openClient } from './redis-client.ts'
import { SetupError } from './setup-error.ts'

/**
 * Connects to the Redis of `REDIS_URL`, or starts one if the variable is not set. Keys begin with a
 * random prefix.
 *
 * @throws SetupError if there is no Redis to use.
 */
export async function locateRedis(): Promise<LocatedServer> {
  const { REDIS_URL = '' } = process.env
  // ACL rules for the default prefix, `~{revoked:*`, match this one.
  const prefix = `revoked:demo-${randomBytes(4).toString('hex')}`
  return REDIS_URL === '' ? await startOwn(prefix) : await borrow(REDIS_URL, prefix)
}

async function startOwn(prefix: string): Promise<LocatedServer> {
  const own = await startRedis().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'It did not start'
    throw new SetupError(
      `This store needs a Redis server. ${reason.replace(/\.$/, '')}. Set REDIS_URL to use one that runs already.`,
      { cause },
    )
  })
  const { binary, port, pid, url, stop } = own
  const name = `${binary.kind === 'redis' ? 'Redis' : 'Valkey'} ${binary.version}`
  const description = `${name} on port ${port} (process ${pid}), started for this run and stopped at its end`
  return { kind: 'Redis', url, prefix, description, own, close: stop }
}

async function borrow(url: string, prefix: string): Promise<LocatedServer> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SetupError('REDIS_URL must be a URL that begins with redis:// or rediss://.')
  }
  const client = await openClient(url)
  return {
    kind: 'Redis',
    url,
    prefix,
    description: `the server of REDIS_URL; keys begin with {${prefix}: and are removed at the end`,
    close: async () => {
      try {
        await removeKeys(client, prefix)
      } catch (cause) {
        throw new SetupError(`Cannot remove the keys that begin with {${prefix}: from the Redis of REDIS_URL.`, {
          cause,
        })
      } finally {
        client.disconnect()
      }
    },
  }
}

async function removeKeys(client: Redis, prefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `{${prefix}:*`, count: 1_000 })) {
    for (const key of keys as string[]) await client.del(key)
  }
}
