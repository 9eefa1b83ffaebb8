import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { SessionStore } from '@revoked/core/sessions'
import { errorHandler, requireToken, toHandler } from '@revoked/http/express'
import { memorySessions } from '@revoked/store-memory'
import express from 'express'
import { adminRoutes } from './admin-routes.ts'
import { answerOtherErrors } from './answer-other-errors.ts'
import { eventRoutes } from './event-routes.ts'
import { HttpError } from './http-error.ts'
import { linkRoutes } from './link-routes.ts'
import { adminConsole } from './page/admin-console.ts'
import { pageRoutes } from './page/page-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { createSigning } from './signing.ts'
import type { ObservableStore } from './store.ts'
import { createUsers } from './users.ts'

/** Options for {@link startServer}. */
export interface LoginServerOptions {
  readonly store: ObservableStore
  /**
   * Where it is kept who is logged in on which device. Default: in this process. Servers that share
   * a store must share this one too: the token of a session that is not listed is refused.
   */
  readonly sessionStore?: SessionStore
  /** The secret that tokens are signed with. Default: a random one. */
  readonly secret?: Uint8Array
  /** Default 0: any free port. */
  readonly port?: number
  /** Receives the cause of every answer of 500 and above, which clients do not see. */
  readonly report?: (error: unknown) => void
  /** The cost of hashing a password, see `createUsers`. Less than the default is for tests. */
  readonly passwordCost?: number
}

/** A running server. */
export interface LoginServer {
  readonly url: string
  close(): Promise<void>
}

/** Starts the server on 127.0.0.1. Rejects if the port is taken. */
export async function startServer(options: LoginServerOptions): Promise<LoginServer> {
  const { store, sessionStore = memorySessions(), secret = randomBytes(32), port = 0, report = () => {} } = options
  const users = await createUsers(options.passwordCost)
  const signing = createSigning({ store, sessionStore, secret })
  const withToken = requireToken({ tokens: signing.sessions.tokens, onUnavailable: report })
  const { tokens, revocation } = signing.pages
  const { devices } = signing.sessions
  const console = adminConsole({ users, tokens, revocation, sessions: devices, store, report })
  const app = express()
    .disable('x-powered-by')
    // A reverse proxy on this machine says whether it was asked over HTTPS.
    .set('trust proxy', 'loopback')
    // Before the parser of bodies, whose limit is less than a list of subjects needs.
    .use('/console', toHandler(console))
    .use(noStore, express.json({ limit: '10kb' }))
    .use(pageRoutes({ users, tokens, revocation, sessions: devices, report }))
    .use(
      sessionRoutes(users, signing.sessions, withToken),
      linkRoutes(signing, withToken),
      eventRoutes(signing.sessions.revocation, withToken),
    )
    .use('/admin', withToken, adminRoutes(users, signing.sessions, store))
    .use(notFound, errorHandler({ onUnavailable: report }), answerOtherErrors(report))

  const server = app.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      console.close()
      await closed
    },
  }
}

/** Forbids caching, because answers contain tokens (RFC 6749, section 5.1). */
const noStore: express.RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}

const notFound: express.RequestHandler = () => {
  throw new HttpError(404, 'not_found')
}
