import { type Console, createConsole } from '@revoked/console'
import type { Revocation } from '@revoked/core'
import type { Request as ExpressRequest } from 'express'
import type { ObservableStore } from '../store.ts'
import { createPageSessions, type PageParts } from './page-session.ts'

/** What {@link adminConsole} needs. */
interface AdminConsoleOptions extends PageParts {
  readonly revocation: Revocation
  readonly store: ObservableStore
  readonly report: (error: unknown) => void
}

/**
 * Creates the console of `@revoked/console` for the administrators of the pages. A browser without
 * a session is sent to the login.
 */
export function adminConsole({ revocation, store, report, ...parts }: AdminConsoleOptions): Console {
  const pages = createPageSessions(parts)
  return createConsole({
    revocation,
    store,
    sessions: parts.sessions,
    authorize: async (_request, context) => {
      const { session } = await pages.find(context as ExpressRequest)
      if (session === undefined) return new Response(null, { status: 303, headers: { Location: '/devices' } })
      return session.viewer.isAdmin ? { role: 'admin', actor: session.user } : undefined
    },
    onError: report,
  })
}
