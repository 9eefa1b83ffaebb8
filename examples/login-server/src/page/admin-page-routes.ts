import { Router } from 'express'
import { readFields } from '../fields.ts'
import { HttpError } from '../http-error.ts'
import { adminView } from './admin-view.ts'
import { noticeOf } from './notices.ts'
import type { PageParts, PageSession, PageSessions } from './page-session.ts'
import { readSessionId } from './read-session-id.ts'

/** Creates the routes of the page on which administrators see and end the sessions of a user. */
export function adminPageRoutes({ users, sessions }: PageParts, pages: PageSessions): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const { viewer, id } = await requireAdmin(request)
    const { user: named, done } = request.query
    const user = typeof named === 'string' ? named : ''
    const listed = users.find(user) === undefined ? undefined : await sessions.list(user, { current: id })
    response.send(adminView({ viewer, user, sessions: listed, notice: noticeOf(done) }))
  })

  router.post('/close', async (request, response) => {
    await requireAdmin(request)
    const { user } = readFields(request.body, 'user')
    await sessions.close(user, readSessionId(request.body), { reason: 'ended_by_admin' })
    response.redirect(303, addressOf(user, 'ended'))
  })

  router.post('/close-all', async (request, response) => {
    await requireAdmin(request)
    const { user } = readFields(request.body, 'user')
    await sessions.closeAll(user, { reason: 'ended_by_admin' })
    response.redirect(303, addressOf(user, 'ended-all'))
  })

  async function requireAdmin(request: Parameters<PageSessions['require']>[0]): Promise<PageSession> {
    const session = await pages.require(request)
    if (!session.viewer.isAdmin) throw new HttpError(403, 'forbidden')
    return session
  }

  return router
}

function addressOf(user: string, done: string): string {
  return `/admin/sessions?${new URLSearchParams({ user, done })}`
}
