import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRevocation } from '@revoked/core'
import { startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { redisStore } from '../src/index.ts'

const guide = fileURLToPath(new URL('../../../docs/guides/moving-from-jsonwebtoken-and-redis.md', import.meta.url))

/** Runs the function that the guide shows. */
async function carryOver(client: Redis): Promise<void> {
  const examples = (await readFile(guide, 'utf8')).match(/(?<=^```ts\n).*?(?=^```$)/gms) ?? []
  const code = examples.find((example) => example.includes('function carryOver'))
  // A folder within the package, so that the imports are resolved.
  const folder = await mkdtemp(fileURLToPath(new URL('.guide-', import.meta.url)))
  try {
    const file = join(folder, 'carry-over.ts')
    await writeFile(file, `${code}\nexport { carryOver }\n`)
    const { carryOver: carry } = await import(file)
    await carry(client)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('the migration of the guide revokes the same tokens for as long', async () => {
  const server = await startRedis()
  const client = new Redis({ port: server.port })
  const now = Math.floor(Date.now() / 1_000)
  await client.set('blacklist:a', '1', 'EX', 600)
  await client.set('blacklist:for-ever', '1')
  await client.set('other:b', '1', 'EX', 600)
  await carryOver(client)
  await carryOver(client)
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '24h' })
  const statusOf = async (jti: string): Promise<string> =>
    (await revocation.check({ jti, iat: now, exp: now + 600 })).status
  expect(await Promise.all(['a', 'for-ever', 'b'].map(statusOf))).toEqual(['revoked', 'revoked', 'active'])
  expect(await client.pexpiretime('{revoked:0}:jti:a')).toBeGreaterThanOrEqual((now + 600) * 1_000)
  expect(await client.pexpiretime('{revoked:0}:jti:for-ever')).toBeGreaterThanOrEqual((now + 86_400) * 1_000)
  client.disconnect()
  await server.stop()
})
