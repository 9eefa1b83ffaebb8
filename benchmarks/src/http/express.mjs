// @ts-check
import { once } from 'node:events'
import { requireToken } from '@revoked/http/express'
import express from 'express'
import { jwtVerify } from 'jose'

/**
 * @typedef {import('./server.mjs').Candidate} Candidate
 * @typedef {import('express').RequestHandler} RequestHandler
 */

/** @param {Candidate} candidate @returns {Promise<number>} the port */
export async function startExpress(candidate) {
  const { tokens } = candidate
  const app = express()
  app.get('/me', tokens === undefined ? handMade(candidate) : requireToken({ tokens }), (request, response) => {
    response.json({ sub: request.auth?.sub })
  })
  const server = app.listen(0, '127.0.0.1')
  // The default of Fastify. Node's default of 5 s would end connections that wait while others are
  // measured.
  server.keepAliveTimeout = 72_000
  await once(server, 'listening')
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}

/** @param {Candidate} candidate @returns {RequestHandler} */
function handMade({ key, verification, refusals, isBlacklisted }) {
  return async (request, response, next) => {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) {
      response.status(401).set('WWW-Authenticate', 'Bearer').json(refusals.missing)
      return
    }
    try {
      const { payload } = await jwtVerify(token, key, verification)
      if (isBlacklisted !== undefined && (await isBlacklisted(payload.jti))) throw new Error('It was revoked.')
      request.auth = payload
    } catch {
      response.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json(refusals.invalid)
      return
    }
    next()
  }
}
