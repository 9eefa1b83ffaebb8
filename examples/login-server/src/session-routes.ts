import type { TokenPair } from '@revoked/jose'
import { type RequestHandler, Router } from 'express'
import { readFields } from './fields.ts'
import { HttpError } from './http-error.ts'
import { claimsOf } from './session-claims.ts'
import type { SessionSigning } from './signing.ts'
import type { Users } from './users.ts'

/** Logging in and out, and what changes who is logged in. */
export function sessionRoutes(users: Users, { tokens, revocation }: SessionSigning, withToken: RequestHandler): Router {
  const router = Router()

  router.post('/login', async (request, response) => {
    const { user: name, password, device } = readFields(request.body, 'user', 'password', 'device')
    const user = await users.authenticate(name, password)
    if (user === undefined) throw wrongCredentials()
    if (user.isBanned) throw new HttpError(403, 'banned')
    const pair = await tokens.issuePair({ sub: user.name, device, role: user.role })
    // A ban or a new password while we were at it: its revocation may have come before these tokens
    // were issued.
    if (users.find(name) !== user) throw wrongCredentials()
    response.json(answerOf(pair))
  })

  router.post('/refresh', async (request, response) => {
    const { refreshToken } = readFields(request.body, 'refreshToken')
    response.json(answerOf(await tokens.rotate(refreshToken)))
  })

  router.get('/me', withToken, (request, response) => {
    const { sub, device } = claimsOf(request)
    response.json({ user: sub, device })
  })

  router.post('/logout', withToken, async (request, response) => {
    await revocation.revoke({ session: claimsOf(request).sid }, { reason: 'logout' })
    response.json({ done: true })
  })

  router.post('/password', withToken, async (request, response) => {
    const { newPassword } = readFields(request.body, 'newPassword')
    const claims = claimsOf(request)
    // In this order: the old password must open nothing once its sessions are gone. If the
    // revocation fails, the answer is 503, and the same request can be sent again.
    await users.setPassword(claims.sub, newPassword)
    await revocation.revoke({ subject: claims.sub }, { except: claims, reason: 'password_changed' })
    response.json({ done: true })
  })

  return router
}

function answerOf({ accessToken, refreshToken }: TokenPair): object {
  return { token: accessToken, refreshToken }
}

/**
 * The same for an unknown name as for a wrong password. A 401 must carry a challenge (RFC 9110,
 * section 15.5.2).
 */
function wrongCredentials(): HttpError {
  return new HttpError(401, 'wrong_credentials', { 'WWW-Authenticate': 'Bearer' })
}
