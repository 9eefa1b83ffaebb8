import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import { createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'

export const issuer = 'https://login.example'
export const audience = 'https://api.example'

/**
 * What tokens are signed with: from the environment. A new one at each start logs everybody out,
 * and is good enough to try the example.
 */
export const secret = process.env['JWT_SECRET'] ?? randomBytes(32).toString('base64url')

/**
 * One process needs no more. Several share a `redisStore` of `@revoked/store-redis`, and nothing
 * else here changes.
 */
export const store = memoryStore()

export const revocation = createRevocation({ store, maxTokenLifetime: '12h' })

export const tokens = createTokenPairs({
  revocation,
  issuer,
  audience,
  algorithms: ['HS256'],
  keys: { secret: new TextEncoder().encode(secret) },
  lifetime: '15m',
  refresh: { lifetime: '12h' },
})

/** What a client keeps while it is logged in. */
export interface Session {
  readonly accessToken: string
  readonly refreshToken: string
}

/** The user of `{ user, password }`, or `undefined` if they are wrong. */
export function authenticate(body: unknown): string | undefined {
  const user = readField(body, 'user')
  return passwordMatches(user, readField(body, 'password')) ? user : undefined
}

/** A new session for `{ user, password }`, or `undefined` if they are wrong. */
export async function logIn(body: unknown): Promise<Session | undefined> {
  const user = authenticate(body)
  if (user === undefined) return undefined
  const { accessToken, refreshToken } = await tokens.issuePair({ sub: user })
  return { accessToken, refreshToken }
}

/**
 * A new pair for `{ refreshToken }`, once. A second use ends the session. Rejects with what
 * `errorHandler` of an adapter answers.
 */
export async function refresh(body: unknown): Promise<Session> {
  const { accessToken, refreshToken } = await tokens.rotate(readField(body, 'refreshToken'))
  return { accessToken, refreshToken }
}

/**
 * Two users for a demo. A real user directory keeps salted hashes of a slow function (scrypt,
 * argon2) and no passwords.
 */
const passwords = new Map([
  ['ada', 'analytical-engine'],
  ['ben', 'bristol-channel'],
])

/** In constant time, and for an unknown name as for a known one. */
function passwordMatches(user: string, password: string): boolean {
  const expected = passwords.get(user)
  const isEqual = timingSafeEqual(digest(password), digest(expected ?? ''))
  return isEqual && expected !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Bodies come from anybody: what is no string counts as an empty one. */
function readField(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : ''
}
