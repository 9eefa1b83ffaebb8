import type { CheckOptions } from '@revoked/core'
import { failOpenForReads } from '@revoked/http'
import { errorHandler } from '@revoked/http/express'
import express, { type Request, type RequestHandler } from 'express'
import passport from 'passport'
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt'
import type { Framework } from '../framework.ts'
import { listen } from '../listen.ts'

/**
 * It keeps part of the table only: passport answers for itself if there is no token, or none
 * that is valid.
 */
export const passportServer: Framework = {
  name: 'Express 5 with passport-jwt 4',
  start: ({ revocation, secret, issuer, audience, onUnavailable, onRefused }) => {
    function verify(failPolicy: (request: Request) => CheckOptions['failPolicy']): RequestHandler {
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
      const options = { jwtFromRequest, secretOrKey: secret, issuer, audience, passReqToCallback: true as const }
      const strategy = new Strategy({ ...options, algorithms: ['HS256'] }, (request: Request, payload, done) => {
        revocation
          .assertActive(payload, { failPolicy: failPolicy(request) })
          .then(() => done(null, payload), done as VerifiedCallback)
      })
      return passport.authenticate(strategy, { session: false })
    }

    const app = express()
    app.get(
      '/closed',
      verify(() => 'closed'),
      tell,
    )
    app.get(
      '/open',
      verify(() => 'open'),
      tell,
    )
    app.all('/by-method', verify(failOpenForReads), tell)
    app.use(errorHandler({ onUnavailable, onRefused }))
    return listen(app)
  },
}

const tell: RequestHandler = ({ user }, response) => {
  response.json({ sub: (user as { sub?: string }).sub })
}
