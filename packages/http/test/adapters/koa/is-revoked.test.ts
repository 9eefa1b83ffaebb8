import { generateKeyPairSync } from 'node:crypto'
import { errorHandler, isRevoked } from '@revoked/http/koa'
import { exportSPKI, SignJWT } from 'jose'
import type { Middleware } from 'koa'
import koaJwt from 'koa-jwt'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask, bearer, reply } from '../../support/ask.ts'
import { invalid, malformed, missing, unavailable } from '../../support/expectations.ts'
import { serveKoa, setHeader, tellUser } from '../../support/serve-koa.ts'
import { startBareKoaJwt } from '../../support/servers/koa-jwt.ts'
import { createWorld } from '../../support/setup.ts'

const alice = { status: 200, body: { user: 'alice' } }
const nobody = { status: 200, body: { user: 'nobody' } }

test('without errorHandler, koa-jwt makes a 401 of an outage', async () => {
  const world = createWorld()
  const { url, close } = await startBareKoaJwt(world.options)
  onTestFinished(close)
  const token = await world.tokens.issue({ sub: 'alice' })
  world.goDown('rejects')
  const response = await fetch(`${url}/closed`, bearer(token))
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, null])
})

describe('errorHandler', () => {
  test('keeps the headers that were set before koa-jwt refused', async () => {
    const { options } = createWorld()
    const { url } = await serveKoa(errorHandler(), setHeader('access-control-allow-origin', '*'), verify(options))
    const response = await fetch(url)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual(missing.body)
  })

  test('tells a header that koa-jwt cannot read from one without a bearer token', async () => {
    const { options } = createWorld()
    const { url } = await serveKoa(errorHandler(), verify(options))
    expect(await ask(url, bearer(' two-spaces'))).toEqual(reply(malformed))
    expect(await ask(url, { headers: { authorization: 'Digest a' } })).toEqual(reply(missing))
  })

  test('knows a token that koa-jwt cannot decode to look for its secret', async () => {
    const { options } = createWorld()
    const { url } = await serveKoa(errorHandler(), verify(options, { secret: async () => options.secret }))
    expect(await ask(url, bearer('not-a-token'))).toEqual(reply(invalid))
  })

  test('knows a token whose payload is no JSON', async () => {
    const { options } = createWorld()
    const { url } = await serveKoa(errorHandler(), verify(options))
    const parts = ['{"alg":"HS256","typ":"JWT"}', 'no JSON', 'signature']
    const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
    expect(await ask(url, bearer(token))).toEqual(reply(invalid))
  })

  test('knows an elliptic signature of the wrong length', async () => {
    const { options } = createWorld()
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const secret = await exportSPKI(publicKey)
    const { url } = await serveKoa(errorHandler(), verify(options, { secret, algorithms: ['ES256'] }), tellUser)
    const token = await new SignJWT({ sub: 'alice', iss: options.issuer, aud: options.audience, jti: 'token' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    expect(await ask(url, bearer(token))).toEqual(alice)
    expect(await ask(url, bearer(token.slice(0, -8)))).toEqual(reply(invalid))
  })

  test('leaves the refusal of koa-jwt as it is if the reason is not in the token', async () => {
    const { options, tokens } = createWorld()
    const secret = () => Promise.reject(new Error('no keys'))
    const { url } = await serveKoa(errorHandler(), verify(options, { secret }))
    const response = await fetch(url, bearer(await tokens.issue({ sub: 'alice' })))
    expect([response.status, await response.text()]).toEqual([401, 'Authentication Error'])
  })
})

describe('with the option passthrough of koa-jwt', () => {
  const passthrough = true

  test('an outage takes the place of what was answered without a user, headers and all', async () => {
    const { options, outagesTold, tokens, goDown } = createWorld()
    const { url } = await serveKoa(
      setHeader('x-request-id', '1'),
      errorHandler({ onUnavailable: options.onUnavailable }),
      verify(options, { passthrough }),
      setHeader('cache-control', 'public, max-age=600'),
      tellUser,
    )
    const token = await tokens.issue({ sub: 'alice' })
    expect(await ask(url, bearer(token))).toEqual(alice)
    goDown('rejects')
    const response = await fetch(url, bearer(token))
    expect({ status: response.status, body: await response.json() }).toEqual(reply(unavailable))
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('x-request-id')).toBe('1')
    expect(response.headers.get('cache-control')).toBe(null)
    expect(outagesTold).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
  })

  test('without errorHandler, an outage passes for a request without a user', async () => {
    const { options, tokens, goDown } = createWorld()
    const { url } = await serveKoa(verify(options, { passthrough }), tellUser)
    const token = await tokens.issue({ sub: 'alice' })
    goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual(nobody)
  })

  test('an outage takes the place of the refusal of a handler that misses the user', async () => {
    const { options, tokens, goDown, comeBack } = createWorld()
    const { url } = await serveKoa(errorHandler(), verify(options, { passthrough }), requireUser, tellUser)
    const token = await tokens.issue({ sub: 'alice' })
    goDown('rejects')
    expect(await ask(url, bearer(token))).toEqual(reply(unavailable))
    comeBack()
    expect(await ask(url, bearer(token))).toEqual(alice)
    await tokens.revoke(token)
    const response = await fetch(url, bearer(token))
    expect([response.status, await response.text()]).toEqual([401, 'Log in'])
  })

  test('a defect of a handler goes to Koa, outage or not', async () => {
    const { options, tokens, goDown } = createWorld()
    const defect = new TypeError('a defect')
    const { url, logged } = await serveKoa(errorHandler(), verify(options, { passthrough }), () => {
      throw defect
    })
    const token = await tokens.issue({ sub: 'alice' })
    goDown('rejects')
    expect((await fetch(url, bearer(token))).status).toBe(500)
    expect(logged).toEqual([defect])
  })

  test('a request goes on without a user for any other reason', async () => {
    const { options, tokens } = createWorld()
    const { url } = await serveKoa(errorHandler(), verify(options, { passthrough }), tellUser)
    const token = await tokens.issue({ sub: 'alice' })
    await tokens.revoke(token)
    expect(await ask(url)).toEqual(nobody)
    expect(await ask(url, bearer('not-a-token'))).toEqual(nobody)
    expect(await ask(url, bearer(token))).toEqual(nobody)
  })
})

function verify(
  { revocation, secret, issuer, audience }: ReturnType<typeof createWorld>['options'],
  changes: Partial<koaJwt.Options> = {},
): Middleware {
  return koaJwt({ secret, issuer, audience, algorithms: ['HS256'], isRevoked: isRevoked(revocation), ...changes })
}

const requireUser: Middleware = (context, next) => {
  if (context.state['user'] === undefined) context.throw(401, 'Log in')
  return next()
}
