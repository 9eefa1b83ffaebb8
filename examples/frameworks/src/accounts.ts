import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createRevocation } from '@revoked/core'
import { createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'

export const issuer = 'https://login.example'
export const audience = 'https://api.example'

/** The secret of `JWT_SECRET`. The random default is for a demo: a restart logs all users out. */
export const secret = process.env['JWT_SECRET'] ?? randomBytes(32).toString('base64url')

/** The store, for one process. Several processes share a `redisStore` of `@revoked/store-redis`. */
export const store = memoryStore()

/** The revocation of a service, created once. */
export const revocation = createRevocation({ store, maxTokenLifetime: '12h' })

/** The access and refresh tokens of a service, created once. */
export const tokens = createTokenPairs({
  revocation,
  issuer,
  audience,
  algorithms: ['HS256'],
  keys: { secret: new TextEncoder().encode(secret) },
  lifetime: '15m',
  refresh: { lifetime: '12h' },
})

/** The tokens that a client keeps while it is logged in. */
export interface Session {
  readonly accessToken: string
  readonly refreshToken: string
}

/** Returns the user of `{ user, password }`, or `undefined` if they are wrong. */
export function authenticate(body: unknown): string | undefined {
  const user = readField(body, 'user')
  return passwordMatches(user, readField(body, 'password')) ? user : undefined
}

/** Starts a session for `{ user, password }`. Resolves with `undefined` if they are wrong. */
export async function logIn(body: unknown): Promise<Session | undefined> {
  const user = authenticate(body)
  if (user === undefined) return undefined
  const { accessToken, refreshToken } = await tokens.issuePair({ sub: user })
  return { accessToken, refreshToken }
}

/** Exchanges `{ refreshToken }` for a new pair. A second use of the token ends the session. */
export async function refresh(body: unknown): Promise<Session> {
  const { accessToken, refreshToken } = await tokens.rotate(readField(body, 'refreshToken'))
  return { accessToken, refreshToken }
}

/** Two users for a demo. A real service stores salted hashes (scrypt, argon2) and no passwords. */
const passwords = new Map([
  ['ada', 'analytical-engine'],
  ['ben', 'bristol-channel'],
])

/** Compares in constant time, which is the same for an unknown name. */
function passwordMatches(user: string, password: string): boolean {
  const expected = passwords.get(user)
  const isEqual = timingSafeEqual(digest(password), digest(expected ?? ''))
  return isEqual && expected !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Reads a field of an untrusted body. A value that is no string counts as an empty one. */
function readField(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : ''
}
