import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import {
  type BearerAuthMiddlewareOptions,
  requireBearerAuth,
} from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { type AccessTokenVerifier, answerOutages, type TokenVerifierOptions, tokenVerifier } from '@revoked/http/mcp'
import express, { type RequestHandler } from 'express'
import { onTestFinished } from 'vitest'
import { listen } from './listen.ts'
import { createWorld, secrets, type World } from './setup.ts'

/** What comes back for a request. */
interface Reply {
  readonly status: number
  readonly challenge: string | null
  readonly retryAfter: string | null
  readonly body: unknown
}

/** A server behind the bearer middleware of the SDK, which answers with what it learns. */
export interface McpWorld extends World {
  readonly verifier: AccessTokenVerifier
  /** Signs a token as providers do: with the client that it was issued to. */
  readonly sign: (changes?: Readonly<Record<string, unknown>>) => Promise<string>
  readonly ask: (authorization: string | undefined) => Promise<Reply>
}

interface McpOptions {
  readonly verifier?: Partial<TokenVerifierOptions>
  readonly bearer?: Partial<BearerAuthMiddlewareOptions>
  /** Makes the guard. Default: `answerOutages` around that of the SDK. */
  readonly guard?: (options: BearerAuthMiddlewareOptions) => RequestHandler
}

export async function startMcp({ verifier: more, bearer, guard = withAnswers }: McpOptions = {}): Promise<McpWorld> {
  const world = createWorld()
  const { tokens, onUnavailable, onRefused } = world.options
  const verifier = tokenVerifier({ tokens, InvalidTokenError, onUnavailable, onRefused, ...more })
  const app = express().set('env', 'test')
  app.get('/', guard({ verifier, ...bearer }), (request, response) => void response.json(request.auth))
  const server = await listen(app)
  onTestFinished(() => server.close())
  return {
    ...world,
    verifier,
    sign: (changes) => world.signByHand({ client_id: 'assistant', scope: 'mcp:tools mcp:read', ...changes }),
    ask: async (authorization) => {
      const response = await fetch(server.url, { headers: authorization === undefined ? {} : { authorization } })
      const text = await response.text()
      if (!response.ok)
        for (const secret of Object.values(secrets)) if (text.includes(secret)) throw new Error('a leak')
      return {
        status: response.status,
        challenge: response.headers.get('www-authenticate'),
        retryAfter: response.headers.get('retry-after'),
        body: JSON.parse(text),
      }
    },
  }
}

function withAnswers(options: BearerAuthMiddlewareOptions): RequestHandler {
  return answerOutages(requireBearerAuth, options)
}
