import { Router } from 'express'
import { readFields } from './fields.ts'
import { HttpError } from './http-error.ts'
import { requireAdmin } from './session-claims.ts'
import type { SessionSigning } from './signing.ts'
import type { ObservableStore } from './store.ts'
import type { Users } from './users.ts'

/** Creates the routes for admins. Mount them behind `requireToken`. */
export function adminRoutes(users: Users, { devices }: SessionSigning, store: ObservableStore): Router {
  const router = Router()
  router.use(requireAdmin)

  router.post('/ban', async (request, response) => {
    const name = knownUser(request.body)
    // In this order, so that no login succeeds in between.
    users.setBanned(name, true)
    await devices.closeAll(name, { reason: 'banned' })
    response.json({ done: true })
  })

  // Does not call `reinstate`: tokens from before the ban stay revoked, and the user logs in again.
  router.post('/unban', (request, response) => {
    users.setBanned(knownUser(request.body), false)
    response.json({ done: true })
  })

  router.get('/status', (_request, response) => {
    response.json({ marks: store.size ?? null, cache: store.status?.() })
  })

  function knownUser(body: unknown): string {
    const { user } = readFields(body, 'user')
    if (users.find(user) === undefined) throw new HttpError(404, 'unknown_user')
    return user
  }

  return router
}
