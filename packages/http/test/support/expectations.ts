import { decodeJwt } from 'jose'
import { secrets, type World } from './setup.ts'
import type { Outage } from './store-outage.ts'

/** What must come back, whatever the framework. A header that is `undefined` must be absent. */
export interface Expectation {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
}

/** One row of the table. */
export interface Row {
  readonly title: string
  readonly request: { readonly method: 'GET' | 'POST'; readonly path: '/closed' | '/open' | '/observed' | '/by-method' }
  /** The `Authorization` header; what it needs in the store is done first. */
  readonly authorization: (world: World) => Promise<string | undefined>
  readonly outage?: Outage
  readonly expected: Expectation
}

export const passes: Expectation = answer(200, {}, { sub: secrets.subject, degraded: false })
export const passesDegraded: Expectation = answer(200, {}, { sub: secrets.subject, degraded: true })
export const missing: Expectation = answer(
  401,
  { 'www-authenticate': 'Bearer' },
  { error: 'token_required', error_description: 'A bearer token is required' },
)
export const malformed: Expectation = challenge(400, 'invalid_request', 'The bearer token is malformed')
export const invalid: Expectation = challenge(401, 'invalid_token', 'The token is not valid')
export const expired: Expectation = challenge(401, 'invalid_token', 'The token expired')
export const revoked: Expectation = challenge(401, 'invalid_token', 'The token was revoked')
export const stale: Expectation = answer(
  401,
  {
    'www-authenticate':
      'Bearer error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="300"',
  },
  { error: 'insufficient_user_authentication', error_description: 'A more recent authentication is required' },
)
export const full: Expectation = answer(
  409,
  {},
  { error: 'too_many_sessions', error_description: 'Too many sessions are open' },
)
export const unavailable: Expectation = answer(
  503,
  { 'retry-after': '5' },
  { error: 'temporarily_unavailable', error_description: 'The token could not be checked' },
)

export const outages: readonly Outage[] = ['throws', 'rejects', 'hangs']
const closed: Row['request'] = { method: 'GET', path: '/closed' }
const open: Row['request'] = { method: 'GET', path: '/open' }

/** The one table that drives all frameworks. */
export const rows: readonly Row[] = [
  row('active', closed, activeToken, passes),
  row('active, the scheme in lower case', closed, async (world) => `bearer ${await issue(world)}`, passes),
  row('active, under an open policy', open, activeToken, passes),
  row('revoked by itself', closed, revokedToken, revoked),
  row('revoked by its session, under an open policy', open, tokenOfRevokedSession, revoked),
  row('expired', closed, signed({ iat: past(1_000), exp: past(100) }), expired),
  row('not yet valid', closed, signed({ nbf: past(-1_000) }), invalid),
  row('of another issuer', closed, signed({ iss: 'https://other.example' }), invalid),
  row('for another audience', closed, signed({ aud: 'https://other.example' }), invalid),
  row('signed for another algorithm', closed, signed({}, 'HS512'), invalid),
  row('with a tampered signature', closed, tamperedToken, invalid),
  row('not a JWT', closed, async () => 'Bearer not-a-token', invalid),
  row('signed, with claims that cannot be used', closed, signed({ jti: '' }), invalid),
  row('signed, and longer than maxTokenLifetime', closed, signed({ exp: past(-1_000_000) }), invalid),
  row('missing', closed, async () => undefined, missing),
  row('missing, under an open policy', open, async () => undefined, missing),
  row('of another scheme', closed, async () => 'Basic YTpi', missing),
  row('malformed: a scheme alone', closed, async () => 'Bearer', malformed),
  row('malformed: two tokens', closed, async () => 'Bearer a b', malformed),
  ...outages.flatMap((outage) => [
    row(`unavailable (${outage}), closed`, closed, activeToken, unavailable, outage),
    row(`unavailable (${outage}), closed, for a revoked token too`, closed, revokedToken, unavailable, outage),
    row(`unavailable (${outage}), open`, open, activeToken, passesDegraded, outage),
    row(`unavailable (${outage}), a read`, { method: 'GET', path: '/by-method' }, activeToken, passesDegraded, outage),
    row(`unavailable (${outage}), a write`, { method: 'POST', path: '/by-method' }, activeToken, unavailable, outage),
    row(
      `unavailable (${outage}), open, yet expired`,
      open,
      signed({ iat: past(1_000), exp: past(100) }),
      expired,
      outage,
    ),
    row(`unavailable (${outage}), open, yet tampered with`, open, tamperedToken, invalid, outage),
  ]),
  // Last: it revokes the subject of all the others.
  row('active, issued in the second of a revocation of its subject', closed, reissuedToken, passes),
]

/** Returns the row of a title. */
export function rowOf(wanted: string): Row {
  const row = rows.find(({ title }) => title === wanted)
  if (row === undefined) throw new Error(`There is no row "${wanted}".`)
  return row
}

function row(
  title: string,
  request: Row['request'],
  authorization: Row['authorization'],
  expected: Expectation,
  outage?: Outage,
): Row {
  return { title, request, authorization, expected, ...(outage !== undefined && { outage }) }
}

function issue({ tokens }: World): Promise<string> {
  return tokens.issue({ sub: secrets.subject, sid: crypto.randomUUID() })
}

async function activeToken(world: World): Promise<string> {
  return `Bearer ${await issue(world)}`
}

/**
 * Its `iat` has a fraction, unless a second ends between the revocation and the issue: then both
 * are done again.
 */
async function reissuedToken(world: World): Promise<string> {
  await world.revocation.revoke({ subject: secrets.subject })
  const token = await world.tokens.issue({ sub: secrets.subject })
  return Number.isInteger(decodeJwt(token).iat) ? await reissuedToken(world) : `Bearer ${token}`
}

async function revokedToken(world: World): Promise<string> {
  const token = await issue(world)
  await world.tokens.revoke(token, { reason: 'S3CRET-reason' })
  return `Bearer ${token}`
}

async function tokenOfRevokedSession(world: World): Promise<string> {
  const sid = crypto.randomUUID()
  const token = await world.tokens.issue({ sub: secrets.subject, sid })
  await world.revocation.revoke({ session: sid })
  return `Bearer ${token}`
}

async function tamperedToken(world: World): Promise<string> {
  const [header, payload, signature = ''] = (await issue(world)).split('.')
  return `Bearer ${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

function signed(changes: Readonly<Record<string, unknown>>, alg?: string): Row['authorization'] {
  return async ({ signByHand }) => `Bearer ${await signByHand(changes, alg)}`
}

/** Seconds since the epoch, so many seconds ago. */
function past(seconds: number): number {
  return Math.floor(Date.now() / 1_000) - seconds
}

function challenge(status: number, error: string, description: string): Expectation {
  return answer(
    status,
    { 'www-authenticate': `Bearer error="${error}", error_description="${description}"`, 'retry-after': undefined },
    { error, error_description: description },
  )
}

function answer(status: number, headers: Expectation['headers'], body: unknown): Expectation {
  return { status, headers: { 'www-authenticate': undefined, 'retry-after': undefined, ...headers }, body }
}
