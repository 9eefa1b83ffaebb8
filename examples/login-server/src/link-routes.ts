import { type RequestHandler, Router } from 'express'
import { HttpError } from './http-error.ts'
import { claimsOf } from './session-claims.ts'
import type { SigningKinds } from './signing.ts'

/**
 * Creates the routes of download links. A link works once, for two seconds at most, and needs no
 * `Authorization` header.
 */
export function linkRoutes({ links }: SigningKinds, withToken: RequestHandler): Router {
  const router = Router()

  router.post('/links', withToken, async (request, response) => {
    const { sub, sid } = claimsOf(request)
    const token = await links.tokens.issue({ sub, sid })
    response.json({ link: `/download?token=${token}` })
  })

  router.get('/download', async (request, response) => {
    const { token } = request.query
    if (typeof token !== 'string') throw new HttpError(400, 'invalid_request')
    const { sub } = await links.tokens.redeem(token)
    response.json({ file: `report of ${sub}` })
  })

  return router
}
