import { createRevocation } from '@revoked/core'
import { createSessions, type SessionsOptions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAccessTokens, createTokenPairs } from '../../src/index.ts'
import { issuerOptions, rejectionOf, subject } from '../support/fixtures.ts'
import { alice, outcomeOf } from '../support/refresh-fixtures.ts'

interface Device {
  readonly name: string
}

function readDevice(value: unknown): Device {
  const { name } = Object(value)
  if (typeof name !== 'string') throw new TypeError('name must be a string.')
  return { name }
}

type Wrap = <Store extends object>(store: Store) => Store

/** Returns the store, each call of which begins when `turn` lets it. */
function interleaved<Store extends object>(store: Store, turn: (call: () => unknown) => unknown): Store {
  const methods = Object.entries(store).map(([name, value]) => [
    name,
    typeof value === 'function' ? (...args: unknown[]) => turn(() => value(...args)) : value,
  ])
  return Object.fromEntries(methods)
}

interface Choice {
  /** Wraps both stores. */
  readonly wrap?: Wrap
  readonly sessions?: Partial<SessionsOptions<Device>>
  /** The claim that is the id of a session on the allowlist. Default: there is none. */
  readonly allowlist?: 'sid' | 'jti'
}

/** Token pairs over `@revoked/sessions`, all on one virtual clock. */
function setUp({ sessions: changes, allowlist: by, wrap = (store) => store }: Choice = {}) {
  const clock = virtualClock()
  const { now } = clock
  const store = wrap(memorySessions({ now }))
  const revocation = createRevocation({
    store: wrap(memoryStore({ now })),
    maxTokenLifetime: '30d',
    now,
    ...(by !== undefined && { allowlist: { sessions: store, by } }),
  })
  const lifetimes = { idleTimeout: '7d', absoluteLifetime: '20d' } as const
  const sessions = createSessions({
    ...{ store, revocation, ...lifetimes, readDevice },
    ...(by !== undefined && { by }),
    ...changes,
  })
  const options = issuerOptions(revocation)
  const tokens = createTokenPairs({ ...options, refresh: { lifetime: '30d' }, sessions })
  return { clock, store, revocation, sessions, tokens, alone: createAccessTokens({ ...options, sessions }) }
}

describe('token pairs over createSessions', () => {
  test('list a login with its device until it logs out', async () => {
    const { tokens, sessions, clock } = setUp()
    const pair = await tokens.issuePair(alice, { device: { name: 'phone' } })
    const [listed] = await sessions.list(subject, { current: pair.sid })
    expect(listed).toMatchObject({ id: pair.sid, device: { name: 'phone' }, isCurrent: true })
    expect(pair.sessionEndsAt).toBe(Math.floor((listed?.endsAt ?? 0) / 1_000) * 1_000)
    clock.advance(6 * 86_400_000)
    const next = await tokens.rotate(pair.refreshToken)
    expect(await sessions.get(subject, pair.sid)).toMatchObject({ lastUsedAt: clock.now() })
    await tokens.revoke(next.refreshToken, { reason: 'logout' })
    expect(await sessions.count(subject)).toBe(0)
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject({ by: 'sid', reason: 'logout' })
  })

  test('are typed over the device, and refuse another one', async () => {
    const { tokens, sessions } = setUp()
    // @ts-expect-error: it is no device.
    expect(await rejectionOf(tokens.issuePair(alice, { device: 'phone' }))).toBeInstanceOf(TypeError)
    expect(await sessions.count(subject)).toBe(0)
  })

  test('end after the lifetime of the login, in tokens and on the list', async () => {
    const { tokens, sessions, clock } = setUp()
    const pair = await tokens.issuePair(alice, { lifetime: '2d' })
    expect((await sessions.get(subject, pair.sid))?.endsAt).toBe(clock.now() + 2 * 86_400_000)
    clock.advance(86_400_000)
    const next = await tokens.rotate(pair.refreshToken)
    expect(next.refreshExpiresAt).toBe(pair.refreshExpiresAt)
    clock.advance(86_400_000)
    await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject({ claim: 'session_exp' })
    expect(await sessions.count(subject)).toBe(0)
  })

  test('refuse a session that lay idle, and revoke it', async () => {
    const { tokens, clock, revocation } = setUp()
    const pair = await tokens.issuePair(alice)
    clock.advance(7 * 86_400_000)
    await expect(tokens.rotate(pair.refreshToken)).rejects.toMatchObject({ by: 'sid', reason: 'session_over' })
    expect(await revocation.isRevoked({ sid: pair.sid, iat: clock.now() / 1_000, exp: clock.now() / 1_000 + 60 })).toBe(
      true,
    )
  })

  test('have no tokens for a login that is one too many', async () => {
    const { tokens, sessions } = setUp({ sessions: { maxPerSubject: 2 } })
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(tokens.issuePair(alice))))
    expect(outcomes.filter((outcome) => 'value' in outcome)).toHaveLength(2)
    expect(outcomes.filter((outcome) => 'code' in outcome && outcome.code === 'ERR_TOO_MANY_SESSIONS')).toHaveLength(3)
    expect(await sessions.count(subject)).toBe(2)
  })

  test('leave the session of the caller alone when all others are closed', async () => {
    const { tokens, sessions, clock } = setUp()
    const [own, other] = [await tokens.issuePair(alice), await tokens.issuePair(alice)]
    clock.advance(10)
    const { claims } = await tokens.verify(own.accessToken)
    await sessions.closeAll(subject, { except: claims })
    await expect(tokens.rotate(other.refreshToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
    await tokens.rotate(own.refreshToken)
    // A login right after it is listed and passes.
    clock.advance(1)
    await tokens.verify((await tokens.issuePair(alice)).accessToken)
    expect(await sessions.count(subject)).toBe(2)
  })

  test('accept no pair of a session that was reported closed, however calls interleave', async () => {
    const races = fc.record({
      scheduler: fc.scheduler(),
      all: fc.boolean(),
      rotations: fc.integer({ min: 1, max: 3 }),
      closedAfterCalls: fc.integer({ min: 0, max: 12 }),
    })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(races, async ({ scheduler, all, rotations, closedAfterCalls }) => {
        let calls = -1
        const turn = (call: () => unknown): unknown => {
          if (calls < 0) return call()
          calls++
          return scheduler.schedule(Promise.resolve()).then(call)
        }
        const { tokens, sessions } = setUp({ wrap: (store) => interleaved(store, turn) })
        const { refreshToken, sid } = await tokens.issuePair(alice)
        calls = 0
        const rotated = Promise.all(Array.from({ length: rotations }, () => outcomeOf(tokens.rotate(refreshToken))))
        let isDone = false
        const done = rotated.then(() => {
          isDone = true
        })
        const closed = (async () => {
          while (calls < closedAfterCalls && !isDone) await new Promise(setImmediate)
          await (all ? sessions.closeAll(subject) : sessions.close(subject, sid))
        })()
        await scheduler.waitFor(Promise.all([closed, done]))
        calls = Number.NEGATIVE_INFINITY
        for (const outcome of await rotated) {
          seen.add('value' in outcome ? 'pair' : String(outcome.code))
          if (!('value' in outcome)) continue
          await expect(tokens.verify(outcome.value.accessToken)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
        }
        expect(await sessions.count(subject)).toBe(0)
      }),
      { numRuns: 100 },
    )
    expect([...seen].sort()).toEqual(['ERR_REFRESH_REUSED', 'ERR_TOKEN_REVOKED', 'pair'])
  })
})

describe('over an allowlist', () => {
  test('a login passes, and is refused once it is off the list', async () => {
    const { tokens, store } = setUp({ allowlist: 'sid' })
    const { accessToken, refreshToken, sid } = await tokens.issuePair(alice)
    await tokens.verify(accessToken)
    const next = await tokens.rotate(refreshToken)
    await store.close(subject, [sid])
    const notListed = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'not_listed' }
    await expect(tokens.verify(next.accessToken)).rejects.toMatchObject(notListed)
    await expect(tokens.rotate(next.refreshToken)).rejects.toMatchObject(notListed)
  })

  test('a token that is a session by itself passes until it is revoked', async () => {
    const { alone, sessions, store } = setUp({ allowlist: 'jti' })
    const [token, other] = [await alone.issue(alice, { device: { name: 'phone' } }), await alone.issue(alice)]
    await alone.verify(token)
    expect(await sessions.count(subject)).toBe(2)
    await alone.revoke(token)
    expect(await sessions.count(subject)).toBe(1)
    await expect(alone.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
    const [listed] = await sessions.list(subject)
    await store.close(subject, [listed?.id ?? ''])
    await expect(alone.verify(other)).rejects.toMatchObject({ by: 'jti', reason: 'not_listed' })
  })
})
