import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { logoutEndpoint } from '@revoked/http'
import { errorHandler, toHandler } from '@revoked/http/express'
import { type AuthInfo, answerOutages, tokenVerifier } from '@revoked/http/mcp'
import express from 'express'
import { audience, authenticate, tokens } from './accounts.ts'
import { listen, type RunningServer } from './listen.ts'

const verifier = tokenVerifier({ tokens, InvalidTokenError })

/** The bearer middleware of the SDK, which answers 503 while the store is down. */
const guard = answerOutages(requireBearerAuth, {
  verifier,
  requiredScopes: ['mcp:tools'],
  expectedResource: new URL(audience),
})

/** One server per request: nothing is shared between users. */
function createServer(): McpServer {
  const server = new McpServer({ name: 'example', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Names the user and the client of the token.' }, ({ authInfo }) => {
    const { clientId, extra } = authInfo as AuthInfo
    return { content: [{ type: 'text', text: `${extra.claims.sub} by ${clientId}` }] }
  })
  return server
}

/** Starts the example. */
export function start(port = 0): Promise<RunningServer> {
  const app = express()

  // For the demo only: the authorization server issues such tokens to MCP clients.
  app.post('/login', express.json(), async (request, response) => {
    const user = authenticate(request.body)
    if (user === undefined) response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'wrong_credentials' })
    else response.json({ accessToken: await tokens.issue({ sub: user, client_id: 'assistant', scope: 'mcp:tools' }) })
  })

  app.post('/mcp', guard, express.json(), async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    await createServer().connect(transport)
    await transport.handleRequest(request, response, request.body)
  })

  app.post('/logout', toHandler(logoutEndpoint({ tokens })))

  // Mounted last: answers errors of the login with 503.
  app.use(errorHandler())

  return listen(app, port)
}
