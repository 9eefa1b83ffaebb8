// @ts-check
import { once } from 'node:events'
import { requireToken, withAuth } from '@revoked/http/express'
import express from 'express'
import session from 'express-session'
import { bearerOf, refusals } from './refusals.mjs'

/**
 * @typedef {import('./variants.mjs').ByHand} ByHand
 * @typedef {import('./variants.mjs').Sessions} Sessions
 * @typedef {import('express').RequestHandler} RequestHandler
 */

/**
 * @param {import('./variants.mjs').Ours | ByHand | Sessions} candidate @returns {Promise<number>}
 *   the port
 */
export async function startExpress(candidate) {
  const app = express()
  if (candidate.kind === 'sessions') addSessions(app, candidate)
  else {
    const guard = candidate.kind === 'ours' ? requireToken({ tokens: candidate.tokens }) : handMade(candidate)
    app.get(
      '/me',
      guard,
      withAuth((request, response) => {
        response.json({ sub: request.auth.sub })
      }),
    )
  }
  const server = app.listen(0, '127.0.0.1')
  // The default of Fastify. Node's default of 5 s would end connections that wait while others are
  // measured.
  server.keepAliveTimeout = 72_000
  await once(server, 'listening')
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}

/** @param {ByHand} candidate @returns {RequestHandler} */
function handMade({ verify }) {
  return async (request, response, next) => {
    const token = bearerOf(request.headers.authorization)
    if (token === undefined) {
      response.status(401).set('WWW-Authenticate', 'Bearer').json(refusals.missing)
      return
    }
    try {
      Object.assign(request, { auth: await verify(token) })
    } catch {
      response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json(refusals.invalid)
      return
    }
    next()
  }
}

/** @param {express.Express} app @param {Sessions} candidate */
function addSessions(app, { store }) {
  app.use(session({ store, secret: 'a secret of 32 characters or more', resave: false, saveUninitialized: false }))
  app.get('/login', (request, response) => {
    Object.assign(request.session, { sub: request.query['sub'] })
    response.json({})
  })
  app.get('/logout', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.json({})))
  })
  app.get('/me', (request, response) => {
    const sub = Reflect.get(request.session, 'sub')
    if (sub === undefined) response.status(401).set('WWW-Authenticate', 'Bearer').json(refusals.missing)
    else response.json({ sub })
  })
}
