import 'reflect-metadata'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import * as forExpress from '@revoked/http/express'
import * as forFastify from '@revoked/http/fastify'
import * as forFetch from '@revoked/http/fetch'
import * as forHapi from '@revoked/http/hapi'
import * as forHono from '@revoked/http/hono'
import * as forKoa from '@revoked/http/koa'
import { tokenVerifier } from '@revoked/http/mcp'
import * as forNest from '@revoked/http/nest'
import { backChannelLogoutEndpoint, introspectionEndpoint, revocationEndpoint } from '@revoked/http/oauth'
import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { authenticateClient, createOAuthWorld } from '../support/oauth-setup.ts'

const { tokens, logoutTokens, options } = createOAuthWorld()
const { revocation } = options

type Options = Record<string, unknown>

const forTokens = {
  tokens,
  maxAge: '5m',
  now: Date.now,
  failPolicy: failOpenForReads,
  timeout: '1s',
  getToken: () => undefined,
}
const forClaims = { failPolicy: 'open', subject: 'optional', maxAge: '5m', now: Date.now }
const hooks = { onRefused: () => undefined, onUnavailable: () => undefined }
const toException = () => new Error('refused')

/** Every function with options, with options that it knows. */
const functions: readonly (readonly [title: string, call: (options: never) => unknown, known: Options])[] = [
  ['requireToken of Express', forExpress.requireToken, forTokens],
  ['requireToken of Koa', forKoa.requireToken, forTokens],
  ['requireToken of Hono', forHono.requireToken, forTokens],
  ['requireToken of hapi', forHapi.requireToken, forTokens],
  ['requireToken of fetch', forFetch.requireToken, forTokens],
  ['requireToken of NestJS', forNest.requireToken, { ...forTokens, toException }],
  ['a strategy of hapi', strategy, { failPolicy: 'open' }],
  ['requireActive of Express', bind(forExpress.requireActive), { ...forClaims, timeout: '1s' }],
  ['requireActive of Koa', bind(forKoa.requireActive), { ...forClaims, getClaims: () => undefined }],
  ['requireActive of Hono', bind(forHono.requireActive), forClaims],
  ['requireActive of NestJS', bind(forNest.requireActive), { ...forClaims, toException }],
  ['validate of hapi', bind(forHapi.validate), forClaims],
  ['isRevoked of Express', bind(forExpress.isRevoked), { failPolicy: 'open' }],
  ['isRevoked of Koa', bind(forKoa.isRevoked), { failPolicy: 'open' }],
  ['errorHandler of Express', forExpress.errorHandler, hooks],
  ['errorHandler of Koa', forKoa.errorHandler, hooks],
  ['errorHandler of Fastify', forFastify.errorHandler, hooks],
  ['errorHandler of Hono', forHono.errorHandler, { ...hooks, otherwise: () => undefined }],
  ['errorHandler of hapi', forHapi.errorHandler, hooks],
  ['errorHandler of fetch', (given) => forFetch.errorHandler(() => new Response(), given), hooks],
  ['errorHandler of NestJS', forNest.errorHandler, { ...hooks, toException }],
  ['RevokedModule.forRoot', forNest.RevokedModule.forRoot, { ...forTokens, ...forClaims, revocation }],
  ['RevokedModule.forRootAsync', forNest.RevokedModule.forRootAsync, { useFactory: () => ({}), inject: [] }],
  ['TokenGuard', (given) => new forNest.TokenGuard(given), { ...forTokens, ...forClaims, revocation }],
  ['RevocationGuard', (given) => new forNest.RevocationGuard(given), { ...forTokens, getClaims: () => 1, revocation }],
  [
    'tokenVerifier of MCP',
    tokenVerifier,
    { tokens, InvalidTokenError: Error, clientIdOf: () => '', resource: 'https://a.example' },
  ],
  ['logoutEndpoint', logoutEndpoint, { tokens, setCookie: [], getToken: () => undefined }],
  ['revocationEndpoint', revocationEndpoint, { tokens, authenticateClient, timeout: '1s' }],
  ['introspectionEndpoint', introspectionEndpoint, { tokens, authenticateClient, mayInspect: () => true }],
  ['backChannelLogoutEndpoint', backChannelLogoutEndpoint, { logoutTokens, onLost: () => undefined }],
]

function bind(guard: (revocation: never, options: never) => unknown): (given: never) => unknown {
  return (given) => guard(revocation as never, given)
}

function strategy(given: never): unknown {
  return forHapi.requireToken({ tokens })({} as never, given)
}

describe.each(functions)('%s', (_, call, known) => {
  test('refuses an option that it does not know, by name', () => {
    const create = () => call({ ...known, mispelt: 1 } as never)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(/^mispelt is not an option/)
  })

  test('takes the options that it knows, and undefined for one that it does not', () => {
    call({ ...known, mispelt: undefined } as never)
  })
})

describe.each([
  ['requireToken', forFastify.requireToken, { ...forTokens, ...hooks }],
  ['requireActive', forFastify.requireActive, { ...forClaims, revocation, timeout: '1s', namespace: 'own' }],
])('%s of Fastify', (_, plugin, known) => {
  /** Stands in for @fastify/jwt. */
  async function start(given: Options): Promise<void> {
    const app = fastify()
    for (const name of ['ownJwtVerify', 'ownJwtDecode']) app.decorateRequest(name, null)
    await app.register(plugin as never, given)
    await app.close()
  }

  test('refuses an option that it does not know, by name', async () => {
    await expect(start({ ...known, mispelt: 1 })).rejects.toThrow(/^mispelt is not an option/)
  })

  test('takes its own options and those of register', async () => {
    await start({ ...known, prefix: '/api', logLevel: 'warn', logSerializers: {} })
  })
})
