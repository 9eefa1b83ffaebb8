import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type RedisServer, runNode, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const root = fileURLToPath(new URL('../../..', import.meta.url))
const flooded = fileURLToPath(new URL('support/flooded.mjs', import.meta.url))

/** Sends 100,000 forged messages to a process with a small heap. */
async function flood(kind: 'layered' | 'mirrored' | 'keeping'): Promise<unknown> {
  const args = ['--expose-gc', '--max-old-space-size=64', flooded, String(server.port), randomUUID(), kind]
  const { exitCode, output } = await runNode(args, root, 60_000)
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^\{.*\}$/) })
  return JSON.parse(output)
}

describe('100,000 forged messages', { timeout: 60_000 }, () => {
  test.each(['layered', 'mirrored'] as const)('do not grow the memory of a %s store', async (kind) => {
    const { grownBytes, heard, status } = (await flood(kind)) as Record<string, unknown>
    expect(status).toMatchObject({ state: 'live', isSubscribed: true, resets: 0 })
    expect(Number(heard)).toBeGreaterThanOrEqual(100_000)
    expect(Number(grownBytes)).toBeLessThan(4_000_000)
  })

  test('grow the memory of a listener that keeps them', async () => {
    const { grownBytes } = (await flood('keeping')) as Record<string, unknown>
    expect(Number(grownBytes)).toBeGreaterThan(10_000_000)
  })
})
