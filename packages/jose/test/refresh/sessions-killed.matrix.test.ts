import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { eventually } from '@revoked/testing'
import { describe, expect, test } from 'vitest'
import { createTokenPairs, type TokenPair } from '../../src/index.ts'
import { issuerOptions } from '../support/fixtures.ts'
import { connect, durable, start } from '../support/redis-instances.ts'
import { outcomeOf } from '../support/refresh-fixtures.ts'

const count = 100

/** An instance with marks and sessions on one server. */
async function instance(port: number) {
  const client = await connect(port)
  const revocation = createRevocation({ store: redisStore(client), maxTokenLifetime: '30d' })
  const lifetimes = { idleTimeout: '7d', absoluteLifetime: '30d' } as const
  const sessions = createSessions({ store: redisSessions(client), revocation, ...lifetimes })
  const tokens = createTokenPairs({ ...issuerOptions(revocation), refresh: { lifetime: '30d' }, sessions })
  return { sessions, tokens }
}

type Instance = Awaited<ReturnType<typeof instance>>

const subjectOf = (index: number): string => `user-${index}`

/**
 * Runs an operation a hundred times at once. Amid them the server is killed, and it is started
 * again afterwards. Returns the outcomes.
 */
async function killedAmid<T>(
  args: readonly string[],
  prepare: (all: Instance) => Promise<readonly TokenPair[]>,
  operate: (all: Instance, index: number, pair: TokenPair | undefined) => Promise<T>,
) {
  const server = await start(args)
  const all = await instance(server.port)
  const pairs = await prepare(all)
  let answered = 0
  const outcomes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      // In waves, so that the server is killed amid them on any machine.
      await eventually(() => answered >= Math.min(index - 20, 40), 'those before are answered')
      const outcome = await outcomeOf(operate(all, index, pairs[index]))
      if (++answered === 40) server.kill('SIGKILL')
      return outcome
    }),
  )
  const failures = outcomes.filter((outcome) => 'code' in outcome)
  expect(failures.length).toBeGreaterThan(10)
  expect(failures.length).toBeLessThanOrEqual(60)
  await server.stop()
  await start(args, server.port)
  await eventually(() => all.tokens.issuePair({ sub: 'somebody' }), 'the instance has its server back', 10_000)
  return { ...all, pairs, outcomes }
}

describe('a server of marks and sessions that is killed and comes back', () => {
  test('amid logins: who has tokens is listed and accepted, and a failed login succeeds again', async () => {
    const { tokens, sessions, outcomes } = await killedAmid(
      await durable(),
      async () => [],
      (all, index) => all.tokens.issuePair({ sub: subjectOf(index) }),
    )
    for (const [index, outcome] of outcomes.entries()) {
      const pair = 'value' in outcome ? outcome.value : await tokens.issuePair({ sub: subjectOf(index) })
      await tokens.verify(pair.accessToken)
      await tokens.rotate(pair.refreshToken)
      const ids = (await sessions.list(subjectOf(index))).map(({ id }) => id)
      expect(ids).toContain(pair.sid)
    }
  }, 30_000)

  test('having kept nothing would lose sessions, and this would be seen', async () => {
    const { sessions, outcomes } = await killedAmid(
      [],
      async () => [],
      (all, index) => all.tokens.issuePair({ sub: subjectOf(index) }),
    )
    expect(outcomes[0]).toHaveProperty('value')
    expect(await sessions.count(subjectOf(0))).toBe(0)
  }, 30_000)

  test('amid logouts: what left the list is refused, and a retry completes each', async () => {
    const { tokens, sessions, pairs, outcomes } = await killedAmid(
      await durable(),
      (all) =>
        Promise.all(Array.from({ length: count }, (_, index) => all.tokens.issuePair({ sub: subjectOf(index) }))),
      (all, _, pair) => all.tokens.revoke(pair?.refreshToken ?? '', { reason: 'logout' }),
    )
    for (const [index, pair] of pairs.entries()) {
      const isListed = (await sessions.get(subjectOf(index), pair.sid)) !== undefined
      const isAccepted = 'value' in (await outcomeOf(tokens.verify(pair.accessToken)))
      if (!isListed) expect(isAccepted).toBe(false)
      if ('value' in (outcomes[index] ?? {}))
        expect({ isListed, isAccepted }).toEqual({ isListed: false, isAccepted: false })
      await tokens.revoke(pair.refreshToken, { reason: 'logout' })
      expect(await sessions.count(subjectOf(index))).toBe(0)
      await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'sid' })
    }
  }, 30_000)
})
