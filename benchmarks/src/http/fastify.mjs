// @ts-check
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { requireToken, withAuth } from '@revoked/http/fastify'
import { fastify } from 'fastify'
import { bearerOf, refusals } from './refusals.mjs'

/**
 * @typedef {import('./variants.mjs').ByHand} ByHand
 * @typedef {import('./variants.mjs').Sessions} Sessions
 * @typedef {import('fastify').FastifyInstance} FastifyInstance
 */

/**
 * @param {import('./variants.mjs').Ours | ByHand | Sessions} candidate @returns {Promise<number>}
 *   the port
 */
export async function startFastify(candidate) {
  const app = fastify()
  if (candidate.kind === 'sessions') await addSessions(app, candidate)
  else {
    if (candidate.kind === 'ours') app.register(requireToken, { tokens: candidate.tokens })
    else addHook(app, candidate)
    app.get(
      '/me',
      withAuth(async (request) => ({ sub: request.auth.sub })),
    )
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return /** @type {import('node:net').AddressInfo} */ (app.server.address()).port
}

/** @param {FastifyInstance} app @param {ByHand} candidate */
function addHook(app, { verify }) {
  app.decorateRequest('auth')
  app.addHook('onRequest', async (request, reply) => {
    const token = bearerOf(request.headers.authorization)
    if (token === undefined) return reply.code(401).header('WWW-Authenticate', 'Bearer').send(refusals.missing)
    try {
      Object.assign(request, { auth: await verify(token) })
    } catch {
      return reply.code(401).header('WWW-Authenticate', 'Bearer error="invalid_token"').send(refusals.invalid)
    }
  })
}

/** @param {FastifyInstance} app @param {Sessions} candidate */
async function addSessions(app, { store }) {
  await app.register(cookie)
  await app.register(session, {
    store: /** @type {import('@fastify/session').SessionStore} */ (/** @type {unknown} */ (store)),
    secret: 'a secret of 32 characters or more',
    saveUninitialized: false,
    cookie: { secure: false },
  })
  app.get('/login', async (request) => {
    Object.assign(request.session, request.query)
    return {}
  })
  app.get('/logout', async (request) => {
    await request.session.destroy()
    return {}
  })
  app.get('/me', async (request, reply) => {
    const sub = Reflect.get(request.session, 'sub')
    if (sub === undefined) return reply.code(401).header('WWW-Authenticate', 'Bearer').send(refusals.missing)
    return { sub }
  })
}
