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
  const { users, sessions } = parts
  return createConsole({
    revocation,
    store,
    sessions,
    // There are few users here. With many of them, keep the user of each login in a table.
    subjectOfSession: async (id) => {
      for (const name of users.names()) if ((await sessions.get(name, id)) !== undefined) return name
      return undefined
    },
    authorize: async (_request, context) => {
      const { session } = await pages.find(context as ExpressRequest)
      if (session === undefined) return new Response(null, { status: 303, headers: { Location: '/devices' } })
      return session.viewer.isAdmin ? { role: 'admin', actor: session.user } : undefined
    },
    onError: report,
  })
}
