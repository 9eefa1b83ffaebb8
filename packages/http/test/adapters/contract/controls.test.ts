import { type Claims, TokenRevokedError } from '@revoked/core'
import { withAuth } from '@revoked/http/express'
import express, { type RequestHandler, type Response } from 'express'
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readBearer } from '../../../src/bearer/read-bearer.ts'
import { problemOf, refusalFor } from '../../../src/bearer/refusals.ts'
import { hold } from '../../support/describe-contract.ts'
import { type Row, rows } from '../../support/expectations.ts'
import { listen } from '../../support/listen.ts'
import { createWorld, secrets, type World } from '../../support/setup.ts'

/** Protection by hand, in the parts that people get wrong. */
interface Protection {
  readonly verify: (token: string) => Promise<JWTPayload>
  readonly check: (world: World, claims: Claims) => Promise<void>
  readonly refuse: (response: Response, error: unknown) => void
}

const right: Protection = {
  verify: async (token) => (await jwtVerify(token, new TextEncoder().encode(secrets.signingKey))).payload,
  check: ({ revocation }, claims) => revocation.assertActive(claims),
  refuse: (response, error) => {
    const problem = problemOf(error) ?? (error instanceof errors.JOSEError ? 'invalid' : 'unavailable')
    const { status, headers, body } = refusalFor(problem)
    response.status(status).set(headers).json(body)
  },
}

/** Each is right but for one thing, and convicted by one row. */
const mistakes: readonly { name: string; convictedBy: string; wrong: Partial<Protection> }[] = [
  {
    name: 'lets everybody pass while the store is away',
    convictedBy: 'unavailable (rejects), closed',
    wrong: {
      check: async ({ revocation }, claims) => {
        if (await revocation.isRevoked(claims).catch(() => false)) throw new TokenRevokedError('jti')
      },
    },
  },
  {
    name: 'answers 401 while the store is away',
    convictedBy: 'unavailable (rejects), closed',
    wrong: {
      check: async ({ revocation }, claims) => {
        if (await revocation.isRevoked(claims).catch(() => true)) throw new TokenRevokedError('jti')
      },
    },
  },
  {
    name: 'waits for the store for ever',
    convictedBy: 'unavailable (hangs), closed',
    wrong: { check: ({ revocation }, claims) => revocation.assertActive(claims).catch(() => new Promise(() => {})) },
  },
  { name: 'looks for no revocation', convictedBy: 'revoked by itself', wrong: { check: async () => {} } },
  {
    name: 'does not verify the signature',
    convictedBy: 'with a tampered signature',
    wrong: { verify: async (token) => decodeJwt(token) },
  },
  {
    name: 'tells what the store said',
    convictedBy: 'unavailable (rejects), closed',
    wrong: {
      refuse: (response, error) => {
        const { status, headers, body } = refusalFor('unavailable')
        response.set('X-Cause', String(error instanceof Error ? error.cause : error))
        response.status(status).set(headers).json(body)
      },
    },
  },
]

describe('the table convicts who', () => {
  for (const { name, convictedBy, wrong } of mistakes) {
    test(name, async () => {
      const row = rowCalled(convictedBy)
      await holdOver(right, row)
      await holdOver({ ...right, ...wrong }, rowCalled('active'))
      await expect(holdOver({ ...right, ...wrong }, row)).rejects.toThrow()
    })
  }
})

function rowCalled(name: string): Row {
  const row = rows.find(({ title }) => title === name)
  if (row === undefined) throw new Error(`There is no row "${name}".`)
  return row
}

async function holdOver(protection: Protection, row: Row): Promise<void> {
  const world = createWorld()
  const app = express().get(
    '/closed',
    protect(world, protection),
    withAuth(({ auth, degraded }, response) => {
      response.json({ sub: auth.sub, degraded })
    }),
  )
  const server = await listen(app)
  onTestFinished(() => server.close())
  await hold(server, world, row)
}

function protect(world: World, { verify, check, refuse }: Protection): RequestHandler {
  return async (request, response, next) => {
    try {
      const claims = await verify(readBearer(request.headers.authorization).token ?? '')
      await check(world, claims)
      Object.assign(request, { auth: claims, degraded: false })
    } catch (error) {
      return refuse(response, error)
    }
    next()
  }
}
