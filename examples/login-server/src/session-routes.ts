import type { TokenPair } from '@revoked/jose'
import { type RequestHandler, Router } from 'express'
import { readFields } from './fields.ts'
import { HttpError } from './http-error.ts'
import { claimsOf } from './session-claims.ts'
import type { SessionSigning } from './signing.ts'
import type { Users } from './users.ts'

/** Creates the routes that log in and out, refresh tokens and change passwords. */
export function sessionRoutes(users: Users, { tokens, devices }: SessionSigning, withToken: RequestHandler): Router {
  const router = Router()

  router.post('/login', async (request, response) => {
    const { user: name, password, device } = readFields(request.body, 'user', 'password', 'device')
    const user = await users.authenticate(name, password)
    if (user === undefined) throw wrongCredentials()
    if (user.isBanned) throw new HttpError(403, 'banned')
    const pair = await tokens.issuePair(
      { sub: user.name, device, role: user.role },
      { device: { name: device, kind: isPhone(device) ? 'phone' : 'computer' } },
    )
    // If the user was banned or the password changed meanwhile, that revocation may have come
    // before these tokens were issued.
    if (users.find(name) !== user) {
      await tokens.revoke(pair.refreshToken)
      throw wrongCredentials()
    }
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
    const { sub, sid } = claimsOf(request)
    await devices.close(sub, sid, { reason: 'logout' })
    response.json({ done: true })
  })

  router.post('/password', withToken, async (request, response) => {
    const { newPassword } = readFields(request.body, 'newPassword')
    const claims = claimsOf(request)
    // In this order, so that nobody logs in with the old password after its sessions have ended. If
    // the revocation fails, the answer is 503, and the client sends the same request again.
    await users.setPassword(claims.sub, newPassword)
    await devices.closeAll(claims.sub, { except: claims, reason: 'password_changed' })
    response.json({ done: true })
  })

  return router
}

/** Tells by the name that a user gave a device which picture to show with it. */
function isPhone(device: string): boolean {
  return /phone|mobile/i.test(device)
}

function answerOf({ accessToken, refreshToken }: TokenPair): object {
  return { token: accessToken, refreshToken }
}

/**
 * Creates the error for an unknown name and for a wrong password alike. A 401 must have a challenge
 * (RFC 9110, section 15.5.2).
 */
function wrongCredentials(): HttpError {
  return new HttpError(401, 'wrong_credentials', { 'WWW-Authenticate': 'Bearer' })
}
