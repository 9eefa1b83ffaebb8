/** What token pairs with a list of sessions ask a real Redis. Each command is a round-trip. */
import { randomUUID } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { redisSessions, redisStore } from '@revoked/store-redis'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createTokenPairs, type TokenPairs } from '../../src/index.ts'
import { issuerOptions } from '../support/fixtures.ts'
import { cleanUps, connect, start } from '../support/redis-instances.ts'
import { alice } from '../support/refresh-fixtures.ts'

/** Which store a command was sent by: the marks or the list. */
type Sender = 'marks' | 'list'

async function setUp() {
  const { port } = await start()
  const clients: Record<Sender, Redis> = { marks: await connect(port), list: await connect(port) }
  const monitor = await (await connect(port)).monitor()
  cleanUps.push(() => monitor.disconnect())
  const revocation = createRevocation({ store: redisStore(clients.marks), maxTokenLifetime: '30d' })
  const times = { idleTimeout: '7d', absoluteLifetime: '30d' } as const
  const sessions = createSessions({ store: redisSessions(clients.list), revocation, ...times })
  const options = issuerOptions(revocation)
  const tokens = createTokenPairs({ ...options, refresh: { lifetime: '30d' }, sessions })
  const unlisted = createTokenPairs({ ...options, refresh: { lifetime: '30d' } })
  const addresses = new Map<string, Sender>()
  for (const name of ['marks', 'list'] as const)
    addresses.set(/\baddr=(\S+)/.exec(String(await clients[name].client('INFO')))?.[1] ?? '', name)

  /** Returns the senders of the commands that a call has sent, in order. */
  async function sentBy(call: () => Promise<unknown>): Promise<readonly Sender[]> {
    const seen: Sender[] = []
    const [begin, end] = [randomUUID(), randomUUID()]
    let isOver = false
    const note = (_time: string, args: readonly string[], source: string): void => {
      const sender = addresses.get(source)
      // The monitor is behind: what it still tells of earlier calls does not count.
      if (args.includes(begin)) seen.length = 0
      else if (args.includes(end)) isOver = true
      else if (sender !== undefined) seen.push(sender)
    }
    monitor.on('monitor', note)
    await clients.marks.echo(begin)
    await call()
    await clients.marks.echo(end)
    await expect.poll(() => isOver).toBe(true)
    monitor.off('monitor', note)
    return seen
  }

  // Settings are agreed and scripts are loaded once.
  const warm = await tokens.issuePair(alice)
  await tokens.revoke((await tokens.rotate(warm.refreshToken)).refreshToken)
  const alone = createAccessTokens({
    ...options,
    sessions: createSessions({ store: redisSessions(clients.list), revocation, ...times, by: 'jti' }),
  })
  await alone.revoke(await alone.issue(alice))
  return { tokens, unlisted, alone, sessions, sentBy }
}

describe('a log-out revokes once and closes once', () => {
  type Pair = Awaited<ReturnType<TokenPairs['issuePair']>>
  const ways: readonly [string, (tokens: TokenPairs, pair: Pair) => Promise<unknown>][] = [
    ['revoke', (tokens, { refreshToken }) => tokens.revoke(refreshToken)],
    ['endSession', (tokens, { accessToken }) => tokens.endSession(accessToken)],
  ]

  test.each(ways)('by %s', async (_, end) => {
    const { tokens, sentBy, sessions } = await setUp()
    const pair = await tokens.issuePair(alice)
    expect(await sentBy(() => end(tokens, pair))).toEqual(['marks', 'list'])
    expect(await sessions.count(alice.sub)).toBe(0)
    await expect(tokens.verify(pair.accessToken)).rejects.toMatchObject({ by: 'sid' })
  })

  test('by a reuse', async () => {
    const { tokens, unlisted, sentBy } = await setUp()
    async function sentByReuse(pairs: TokenPairs) {
      const { refreshToken } = await pairs.issuePair(alice)
      await pairs.rotate(refreshToken)
      return await sentBy(() => pairs.rotate(refreshToken).catch(() => undefined))
    }
    // The first one loads a script, and has the store expect what is revoked.
    await sentByReuse(unlisted)
    const sent = await sentByReuse(unlisted)
    expect(await sentByReuse(tokens)).toEqual([...sent, 'list'])
  })

  test('of a token that is a session by itself, whose id the list looks up', async () => {
    const { alone, sentBy } = await setUp()
    const token = await alone.issue(alice)
    expect(await sentBy(() => alone.revoke(token))).toEqual(['marks', 'list', 'list'])
  })
})

test('a login asks the list once', async () => {
  const { tokens, sentBy } = await setUp()
  const sent = await sentBy(() => tokens.issuePair(alice))
  expect([...sent].sort()).toEqual(['list', 'marks', 'marks'])
})
