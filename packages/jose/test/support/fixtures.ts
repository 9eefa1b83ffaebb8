import { createRevocation, type Revocation, type RevocationOptions, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { type VirtualClock, virtualClock } from '@revoked/testing'
import { type JWTHeaderParameters, type JWTPayload, type KeyInput, SignJWT } from 'jose'
import { type AccessTokenOptions, type AccessTokens, createAccessTokens } from '../../src/index.ts'

export const issuer = 'https://login.example'
export const audience = 'https://api.example'
export const subject = 'S3CRET-subject'

/** Text, so that a leak of it shows; long enough for HS512. */
export const secretText = 'S3CRET-signing-key-of-sixty-four-bytes-for-all-HMAC-algorithms--'
export const secret = new TextEncoder().encode(secretText)

/** A store that remembers what it was asked, and that can be cut off. */
interface ObservedStore extends RevocationStore {
  /** The names of the methods that were called, in order. */
  readonly calls: string[]
  /** How many marks it holds. */
  readonly size: () => number
  readonly goDown: () => void
  readonly comeBack: () => void
}

function observedStore(now: () => number): ObservedStore {
  const inner = memoryStore({ now })
  const calls: string[] = []
  let isDown = false

  function called(method: string): void {
    calls.push(method)
    if (isDown) throw new Error('connect ECONNREFUSED')
  }

  return {
    calls,
    size: () => inner.size,
    goDown: () => {
      isDown = true
    },
    comeBack: () => {
      isDown = false
    },
    record: async (marks) => {
      called('record')
      return await inner.record(marks)
    },
    find: async (keys) => {
      called('find')
      return await inner.find(keys)
    },
    forget: async (keys) => {
      called('forget')
      await inner.forget(keys)
    },
    agree: async (settings) => {
      if (isDown) throw new Error('connect ECONNREFUSED')
      return await inner.agree(settings)
    },
  }
}

export interface World {
  readonly clock: VirtualClock
  readonly store: ObservedStore
  readonly revocation: Revocation
  readonly tokens: AccessTokens
}

export interface WorldOptions {
  readonly revocation?: Partial<RevocationOptions>
  readonly tokens?: Partial<AccessTokenOptions>
}

/**
 * AccessTokens under HS256 over a store in memory, all on one virtual clock that starts within a
 * second.
 */
export function world(options: WorldOptions = {}): World {
  const clock = virtualClock()
  const store = observedStore(clock.now)
  const revocation = createRevocation({ store, maxTokenLifetime: '24h', now: clock.now, ...options.revocation })
  return { clock, store, revocation, tokens: createAccessTokens(issuerOptions(revocation, options.tokens)) }
}

/** Good options; HS256 unless told otherwise. */
export function issuerOptions(
  revocation: Revocation,
  changes: Partial<Omit<AccessTokenOptions, 'sessions'>> = {},
): Omit<AccessTokenOptions, 'sessions'> {
  return { revocation, issuer, audience, algorithms: ['HS256'], keys: { secret }, ...changes }
}

/**
 * Claims in order, of a token that somebody else issued at this instant. A change to `undefined`
 * leaves a claim out.
 */
export function goodClaims(nowMs: number, changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const iat = Math.floor(nowMs / 1_000)
  return { iss: issuer, aud: audience, sub: subject, jti: 'by-hand', iat, exp: iat + 900, ...changes }
}

/** A header, in which `typ: undefined` leaves the type out. */
type HandmadeHeader = Omit<JWTHeaderParameters, 'typ'> & { readonly typ?: string | undefined }

/** Signs without asking anybody: an access token, unless the header says otherwise. */
export function signByHand(
  claims: JWTPayload,
  key: KeyInput = secret,
  header: HandmadeHeader = { alg: 'HS256' },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader(('typ' in header ? header : { ...header, typ: 'at+jwt' }) as JWTHeaderParameters)
    .sign(key)
}

/** Header, payload and signature. */
export function partsOf(token: string): {
  readonly header: string
  readonly payload: string
  readonly signature: string
} {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header, payload, signature }
}

/** The token with the first bits of its signature flipped. */
export function tampered(token: string): string {
  const { header, payload, signature } = partsOf(token)
  return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

/** What the promise rejected with. If it did not, the test fails. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Expected a rejection.')
}

/** Moves the clock to an instant, in ms since the epoch. */
export function moveTo(clock: VirtualClock, at: number): void {
  clock.advance(at - clock.now())
}
