import { createRevocation, type Revocation, type RevocationOptions, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { eventually, type VirtualClock, virtualClock } from '@revoked/testing'
import { decodeJwt, type JWTPayload } from 'jose'
import { type AccessTokenOptions, createTokenPairs, type RefreshOptions, type TokenPairs } from '../../src/index.ts'
import { issuerOptions, subject } from './fixtures.ts'

export const reused = { code: 'ERR_REFRESH_REUSED', status: 401, statusCode: 401 }
export const sessionEnded = { code: 'ERR_TOKEN_REVOKED', by: 'sid', reason: 'refresh_reused' }
export const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, statusCode: 503 }

type Method = 'find' | 'record'
/** Failed without effect, or with effect but without an answer. */
type Failure = 'without effect' | 'after its effect'

/** A store in memory whose calls can be made to fail, or held back, one by one. */
export interface ScriptedStore extends RevocationStore {
  readonly size: () => number
  /** The names of the methods that were called, in order. */
  readonly calls: string[]
  /** The nth call of the method from now on fails; 1 is the next one. */
  readonly fail: (method: Method, nth: number, failure?: Failure) => void
  /** The nth call of the method from now on waits for the function that is returned. */
  readonly hold: (method: Method, nth: number) => () => void
}

function scriptedStore(now: () => number): ScriptedStore {
  const inner = memoryStore({ now })
  const calls: string[] = []
  const scripts = new Map<string, Failure | Promise<void>>()
  const countOf = (method: Method): number => calls.filter((name) => name === method).length

  async function run<T>(method: Method, operation: () => T | Promise<T>): Promise<T> {
    calls.push(method)
    const script = scripts.get(`${method} ${countOf(method)}`)
    if (script === 'without effect') throw new Error('connect ECONNREFUSED')
    if (script instanceof Promise) await script
    const answer = await operation()
    if (script === 'after its effect') throw new Error('read ECONNRESET')
    return answer
  }

  return {
    size: () => inner.size,
    calls,
    fail: (method, nth, failure = 'without effect') => {
      scripts.set(`${method} ${countOf(method) + nth}`, failure)
    },
    hold: (method, nth) => {
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      scripts.set(`${method} ${countOf(method) + nth}`, held)
      return release
    },
    record: (marks) => run('record', () => inner.record(marks)),
    find: (keys) => run('find', () => inner.find(keys)),
    forget: (keys) => inner.forget(keys),
    agree: (settings) => inner.agree(settings),
  }
}

export interface SessionWorldOptions {
  readonly revocation?: Partial<RevocationOptions>
  readonly tokens?: Partial<AccessTokenOptions>
  readonly refresh?: Partial<RefreshOptions>
}

export interface SessionWorld {
  readonly clock: VirtualClock
  readonly store: ScriptedStore
  readonly revocation: Revocation
  readonly tokens: TokenPairs
}

/**
 * Sessions under HS256 over a store in memory, all on one virtual clock that starts within a
 * second.
 */
export function sessionWorld(options: SessionWorldOptions = {}): SessionWorld {
  const clock = virtualClock()
  const store = scriptedStore(clock.now)
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now, ...options.revocation })
  return { clock, store, revocation, tokens: sessionTokens(revocation, options) }
}

export function sessionTokens(revocation: Revocation, { tokens, refresh }: SessionWorldOptions = {}): TokenPairs {
  return createTokenPairs({ ...issuerOptions(revocation, tokens), refresh: { lifetime: '24h', ...refresh } })
}

/** The claims of both tokens of a pair, unverified. */
export function claimsOf(pair: { readonly accessToken: string; readonly refreshToken: string }): {
  readonly access: JWTPayload
  readonly refresh: JWTPayload
} {
  return { access: decodeJwt(pair.accessToken), refresh: decodeJwt(pair.refreshToken) }
}

/** The family of a refresh token, and which generation of it the token is. */
export function familyOf(refresh: JWTPayload): { readonly id: string; readonly generation: number } {
  return refresh['fam'] as ReturnType<typeof familyOf>
}

/** The answer, or the code of the error. */
export type Outcome<T> = { readonly value: T } | { readonly code: unknown }

/** Whatever becomes of it. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise }
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? error.code : error }
  }
}

export const alice = { sub: subject, role: 'reader' }

/**
 * Runs an operation many times at once: all of them have looked at the store before the first one
 * records anything.
 */
export async function raced<T>(
  store: ScriptedStore,
  count: number,
  operation: (index: number) => Promise<T>,
): Promise<readonly Outcome<T>[]> {
  const before = store.calls.filter((name) => name === 'record').length
  const releases = Array.from({ length: count }, (_, index) => store.hold('record', index + 1))
  const outcomes = Promise.all(Array.from({ length: count }, (_, index) => outcomeOf(operation(index))))
  const recording = (): boolean => store.calls.filter((name) => name === 'record').length === before + count
  await eventually(recording, 'all are about to record')
  for (const release of releases) release()
  return await outcomes
}
