import { requireActive } from '@revoked/http/koa'
import type { Middleware } from 'koa'
import { expect, test } from 'vitest'
import { ask, reply } from '../../support/ask.ts'
import { invalid, revoked, unavailable } from '../../support/expectations.ts'
import { serveKoa, tellUser } from '../../support/serve-koa.ts'
import { createWorld } from '../../support/setup.ts'

function claims(): object {
  const iat = Math.floor(Date.now() / 1_000) - 10
  return { sub: 'alice', jti: 'a', iat, exp: iat + 900 }
}

test('checks what the middleware before it has put into state.user', async () => {
  const { revocation, goDown } = createWorld()
  const verify: Middleware = ({ state }, next) => {
    state['user'] = claims()
    return next()
  }
  const { url } = await serveKoa(verify, requireActive(revocation), tellUser)
  expect(await ask(url)).toEqual({ status: 200, body: { user: 'alice' } })
  await revocation.revoke({ subject: 'alice' })
  expect(await ask(url)).toEqual(reply(revoked))
  goDown('rejects')
  expect(await ask(url)).toEqual(reply(unavailable))
})

test('refuses a request without claims, and finds them by getClaims', async () => {
  const { revocation } = createWorld()
  const { url } = await serveKoa(requireActive(revocation), tellUser)
  expect(await ask(url)).toEqual(reply(invalid))
  const getClaims = async () => claims()
  const found = await serveKoa(requireActive(revocation, { getClaims }), tellUser)
  expect((await ask(found.url)).status).toBe(200)
  expect(() => requireActive(revocation, { getClaims: 'user' as never })).toThrow(/getClaims/)
})
