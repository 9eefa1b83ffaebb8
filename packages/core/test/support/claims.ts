import { type Claims, createRevocation, type Key, type KeyedMark, type RevocationOptions } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'

/** The first instant of every virtual clock: a whole second. */
export const startMs = 1_800_000_000_000
export const startSeconds = startMs / 1_000
export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/**
 * When the mark of a session is forgotten that was revoked now, with a `maxTokenLifetime` of a day.
 */
export function sessionMarkEnd(now: number, toleranceMs: number): number {
  const period = dayMs / 64
  return Math.ceil((now + dayMs + 3 * toleranceMs + 1_000) / period) * period
}

export interface VirtualClock {
  readonly now: () => number
  advance(ms: number): void
  set(ms: number): void
}

export function virtualClock(): VirtualClock {
  let instant = startMs
  return {
    now: () => instant,
    advance: (ms) => {
      instant += ms
    },
    set: (ms) => {
      instant = ms
    },
  }
}

/**
 * Returns the claims of a token of fifteen minutes that was issued a minute before the clock
 * starts. Fields may have any type, for tests of bad input.
 */
export function someClaims(fields: object = {}): Claims & { readonly client_id: string } {
  return {
    jti: 'token-1',
    sid: 'session-1',
    sub: 'alice',
    client_id: 'app-7',
    iss: 'https://a.example',
    iat: startSeconds - 60,
    exp: startSeconds + 840,
    ...fields,
  }
}

/**
 * Returns a revocation with a lifetime of a day and a tolerance of a minute, over a correct store
 * that notes its calls.
 */
export function virtualRevocation(options: Partial<RevocationOptions> = {}) {
  const clock = virtualClock()
  const store = plainStore(clock)
  const recorded: (readonly KeyedMark[])[] = []
  const asked: (readonly Key[])[] = []
  const forgotten: (readonly Key[])[] = []
  const revocation = createRevocation({
    store: {
      record: (marks) => {
        recorded.push(marks)
        return store.record(marks)
      },
      find: (keys) => {
        asked.push(keys)
        return store.find(keys)
      },
      forget: (keys) => {
        forgotten.push(keys)
        return store.forget(keys)
      },
      agree: store.agree,
    },
    maxTokenLifetime: '24h',
    claims: ['client_id'],
    now: clock.now,
    ...options,
  })
  return { clock, revocation, recorded, asked, forgotten }
}

/** Returns what the promise rejects with. Fails if it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Expected a rejection.')
}

/** Returns what the function throws. Fails if it returns. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Expected an exception.')
}
