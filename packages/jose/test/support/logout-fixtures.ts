import { createRevocation, type RevocationOptions, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import type { JWTHeaderParameters } from 'jose'
import { expect } from 'vitest'
import { createAccessTokens, createLogoutTokens, type LogoutTokenOptions } from '../../src/index.ts'
import { issuer, issuerOptions, secret, signByHand, subject } from './fixtures.ts'

export const clientId = 'our-client-id'
export const session = 'S3CRET-session'
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** How a call of the store can fail. `loses the answer`: it is done all the same. */
type Fault = 'throws' | 'rejects' | 'hangs' | 'loses the answer'

/** What a redemption asks of the store, in order. */
export const steps = ['record'] as const

export interface FaultyStore extends RevocationStore {
  /** The names of the methods that were called, in order. */
  readonly calls: string[]
  /** Lets one call fail, counted from the next one on. */
  readonly failAt: (call: number, fault: Fault) => void
  /**
   * Answers no `find` before so many were asked: what comes at the same moment has all been looked
   * up before any of it is recorded.
   */
  readonly gather: (finds: number) => void
}

function faultyStore(now: () => number): FaultyStore {
  const inner = memoryStore({ now })
  const calls: string[] = []
  let missing = 0
  let release = (): void => {}
  let gathered: Promise<unknown> = Promise.resolve()
  let doomed: { readonly call: number; readonly fault: Fault } | undefined

  function reach<T>(method: string, operation: () => T | Promise<T>): Promise<T> {
    const fault = doomed?.call === calls.push(method) ? doomed.fault : undefined
    if (fault === undefined) return Promise.resolve(operation())
    if (fault === 'hangs') return new Promise(() => {})
    const error = new Error('connect ECONNREFUSED')
    if (fault === 'throws') throw error
    return (fault === 'rejects' ? Promise.resolve() : Promise.resolve(operation())).then(() => Promise.reject(error))
  }

  return {
    calls,
    failAt: (call, fault) => {
      doomed = { call: calls.length + call, fault }
    },
    gather: (finds) => {
      missing = finds
      gathered = new Promise<void>((resolve) => {
        release = resolve
      })
    },
    record: (marks) => reach('record', () => inner.record(marks)),
    find: (keys) => {
      missing -= 1
      if (missing === 0) release()
      return Promise.all([reach('find', () => inner.find(keys)), gathered]).then(([found]) => found)
    },
    forget: (keys) => reach('forget', () => inner.forget(keys)),
    agree: (settings) => inner.agree(settings),
  }
}

/** A provider, and us as its client: it signs our access tokens too. */
export function setUp({
  revocation: revocationChanges,
  logout,
}: {
  readonly revocation?: Partial<RevocationOptions>
  readonly logout?: Partial<LogoutTokenOptions>
} = {}) {
  const clock = virtualClock()
  const store = faultyStore(clock.now)
  const revocation = createRevocation({
    store,
    maxTokenLifetime: '24h',
    timeout: '100ms',
    now: clock.now,
    ...revocationChanges,
  })
  const tokens = createAccessTokens(issuerOptions(revocation))
  const logoutTokens = createLogoutTokens({ ...issuerOptions(revocation), audience: clientId, ...logout })

  /** A change to `undefined` leaves a claim out. */
  function claimsWith(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const iat = Math.floor(clock.now() / 1_000)
    const claims = { iss: issuer, aud: clientId, iat, exp: iat + 120, jti: 'logout-1', sid: session, sub: subject }
    return { ...claims, events: { [logoutEvent]: {} }, ...changes }
  }

  const sign = (changes?: Readonly<Record<string, unknown>>, header?: JWTHeaderParameters): Promise<string> =>
    signByHand(claimsWith(changes), secret, { alg: 'HS256', typ: undefined, ...header })
  return { clock, store, revocation, tokens, logoutTokens, claimsWith, sign }
}

export type SetUp = ReturnType<typeof setUp>

export const revoked = { code: 'ERR_TOKEN_REVOKED', reason: 'back_channel_logout' }
export const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 }

export function refusedFor(claim: string): object {
  return { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim }
}

/** Nothing was revoked, either. */
export async function expectRefused({ store, logoutTokens }: SetUp, token: string, expected: object): Promise<void> {
  await expect(logoutTokens.redeem(token)).rejects.toMatchObject(expected)
  expect(store.calls).not.toContain('record')
}
