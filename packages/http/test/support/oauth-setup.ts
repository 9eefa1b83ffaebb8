import type { Answer, Endpoint, EndpointRequest } from '@revoked/http'
import type { AuthenticateClient } from '@revoked/http/oauth'
import { createLogoutTokens, createTokenPairs, type LogoutTokens, type TokenPairs } from '@revoked/jose'
import { expect } from 'vitest'
import { createWorld, secrets, type World } from './setup.ts'

export const clientSecret = 'S3CRET of the client: 100% + /=ü'
export const subject = secrets.subject
export const session = 'S3CRET-session'
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * An authorization server with two clients of the same secret, which is its own client for
 * back-channel logouts, too.
 */
export interface OAuthWorld extends World {
  readonly tokens: TokenPairs
  readonly logoutTokens: LogoutTokens
  /** A change to `undefined` leaves a claim out. */
  readonly signLogoutToken: (changes?: Readonly<Record<string, unknown>>, alg?: string) => Promise<string>
}

export function createOAuthWorld(): OAuthWorld {
  const world = createWorld()
  const { revocation, issuer, audience } = world.options
  const keys = { secret: new TextEncoder().encode(secrets.signingKey) }
  const options = { revocation, issuer, audience, algorithms: ['HS256'], keys }
  return {
    ...world,
    signByHand: (changes, alg, options) => world.signByHand(changes, alg, { typ: 'at+jwt', ...options }),
    tokens: createTokenPairs({ ...options, refresh: { lifetime: '1h' } }),
    logoutTokens: createLogoutTokens(options),
    signLogoutToken: (changes, alg) =>
      world.signByHand({ sid: session, events: { [logoutEvent]: {} }, ...changes }, alg, { typ: 'logout+jwt' }),
  }
}

/** Knows the clients `web` and `app`. */
export const authenticateClient: AuthenticateClient = (credentials) =>
  credentials !== undefined &&
  ['web', 'app'].includes(credentials.clientId) &&
  credentials.clientSecret === clientSecret
    ? credentials.clientId
    : undefined

/** `client_secret_basic`, as RFC 6749 says: form-urlencoded inside. */
export function basic(clientId: string, secret: string = clientSecret): string {
  const encode = (value: string): string => new URLSearchParams({ value }).toString().slice('value='.length)
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')}`
}

interface RequestParts {
  readonly method?: string
  readonly authorization?: string | undefined
  readonly form?: unknown
}

/** A request as an adapter makes it. */
export function requestOf({ method = 'POST', authorization, form }: RequestParts): EndpointRequest {
  const headers = new Headers(authorization === undefined ? {} : { authorization })
  return { method, authorization, header: (name) => headers.get(name) ?? undefined, form: async () => form }
}

/** What the client `web` gets for a form. */
export function post(
  endpoint: Endpoint,
  form: unknown,
  authorization: string | undefined = basic('web'),
): Promise<Answer> {
  return endpoint(requestOf({ authorization, form }))
}

/**
 * A refusal, whole: its header fields beside `Cache-Control`, and the error. Nothing of the request
 * is in it.
 */
export function expectRefusal(
  answer: Answer,
  status: number,
  error: string,
  headers: Readonly<Record<string, unknown>> = {},
): void {
  expect(answer).toEqual({
    status,
    headers: { 'Cache-Control': 'no-store', ...headers },
    body: { error, error_description: expect.stringMatching(/^[A-Z][\w ;]+$/) },
  })
  expect(JSON.stringify(answer)).not.toMatch(/S3CRET|eyJ/)
}

export const basicChallenge = { 'WWW-Authenticate': expect.stringMatching(/^Basic realm="/) }
export const retryLater = { 'Retry-After': '5' }
export const outages = ['throws', 'rejects', 'hangs'] as const
