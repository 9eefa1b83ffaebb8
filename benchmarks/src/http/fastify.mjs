// @ts-check
import { requireToken } from '@revoked/http/fastify'
import { fastify } from 'fastify'
import { jwtVerify } from 'jose'

/** @typedef {import('./server.mjs').Candidate} Candidate */

/** @param {Candidate} candidate @returns {Promise<number>} the port */
export async function startFastify(candidate) {
  const { tokens } = candidate
  const app = fastify()
  if (tokens === undefined) addHook(app, candidate)
  else app.register(requireToken, { tokens })
  app.get('/me', async (request) => ({ sub: request.auth?.sub }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return /** @type {import('node:net').AddressInfo} */ (app.server.address()).port
}

/**
 * @param {import('fastify').FastifyInstance} app
 * @param {Candidate} candidate
 */
function addHook(app, { key, verification, refusals, isBlacklisted }) {
  app.decorateRequest('auth')
  app.addHook('onRequest', async (request, reply) => {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return reply.code(401).header('WWW-Authenticate', 'Bearer').send(refusals.missing)
    try {
      const { payload } = await jwtVerify(token, key, verification)
      if (isBlacklisted !== undefined && (await isBlacklisted(payload.jti))) throw new Error('It was revoked.')
      request.auth = payload
    } catch {
      return reply.code(401).header('WWW-Authenticate', 'Bearer error="invalid_token"').send(refusals.invalid)
    }
  })
}
