import { TokenRevokedError } from '@revoked/core'
import { Router } from 'express'
import { HttpError } from './http-error.ts'
import { claimsOf, requireToken } from './require-token.ts'
import type { SigningKinds } from './signing.ts'

/** Download links that work once, for a second or two, and that need no `Authorization` header. */
export function linkRoutes({ sessions, links }: SigningKinds): Router {
  const router = Router()

  router.post('/links', requireToken(sessions.tokens), async (request, response) => {
    const { sub, sid } = claimsOf(request)
    const token = await links.tokens.issue({ sub, sid })
    response.json({ link: `/download?token=${token}` })
  })

  router.get('/download', async (request, response) => {
    const { token } = request.query
    if (typeof token !== 'string') throw new HttpError(400, 'invalid_request')
    const { claims } = await links.tokens.verify(token)
    // Of two downloads at the same time exactly one gets `changed`.
    const { changed } = await links.revocation.revoke({ token: claims }, { reason: 'used' })
    if (!changed) throw new TokenRevokedError('jti', 'used')
    response.json({ file: `report of ${claims.sub}` })
  })

  return router
}
