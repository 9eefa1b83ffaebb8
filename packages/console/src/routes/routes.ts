import { isAudited } from '@revoked/core'
import { type ConsoleAccess, permits } from '../access/access.ts'
import type { Settings } from '../console-options.ts'
import { type ChangeFeed, namesIds } from '../live/change-feed.ts'
import { auditRoute } from './audit-route.ts'
import { changesRoute } from './changes-route.ts'
import { listRoute } from './list-route.ts'
import { lookupRoute } from './lookup-route.ts'
import { reinstateRoute, revokeRoute } from './revoke-routes.ts'
import { closeAllRoute, closeRoute } from './session-routes.ts'
import { stateRoute } from './state-route.ts'

/** A request of somebody who may use the console. */
interface Asked {
  readonly request: Request
  readonly access: ConsoleAccess
}

/** A route: the method that it takes, and the JSON that it answers with. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly answer: (asked: Asked) => unknown
}

/**
 * Creates the routes below `api/`. Whatever names a person is in the body of a POST: addresses are
 * kept in logs.
 */
export function createRoutes(settings: Settings, feed: ChangeFeed): Readonly<Record<string, Route>> {
  const { sessions } = settings
  return {
    me: { method: 'GET', answer: ({ access }) => viewer(settings, access, feed.isSupported) },
    state: stateRoute(settings, feed),
    changes: changesRoute(feed),
    audit: auditRoute(settings),
    lookup: lookupRoute(settings),
    revoke: revokeRoute(settings),
    reinstate: reinstateRoute(settings),
    list: listRoute(settings),
    ...(sessions !== undefined && {
      close: closeRoute(settings, sessions),
      'close-all': closeAllRoute(settings),
    }),
  }
}

/** What the page shows depends on it. What a role may do is decided anew at every request. */
function viewer(
  { revocation, store, sessions, sessionIssuer }: Settings,
  access: ConsoleAccess,
  live: boolean,
): unknown {
  return {
    ...access,
    mayRevoke: permits(access.role, 'support'),
    mayRevokeMany: permits(access.role, 'admin'),
    hasSessions: sessions !== undefined,
    sessionIssuer: sessionIssuer ?? null,
    hasAudit: isAudited(store),
    hasLive: live,
    needsIssuer: revocation.issuer === '*',
    namesIds: namesIds(store),
  }
}
