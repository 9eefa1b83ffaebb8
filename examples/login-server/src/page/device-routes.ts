import { RevocationError } from '@revoked/core'
import { Router } from 'express'
import { readFields } from '../fields.ts'
import { devicesView, minPasswordLength } from './devices-view.ts'
import type { Notice } from './layout.ts'
import { loginView } from './login-view.ts'
import { messageView } from './message-view.ts'
import { noticeOf } from './notices.ts'
import { deleteCookie } from './page-cookie.ts'
import type { PageParts, PageSession, PageSessions } from './page-session.ts'
import { readSessionId } from './read-session-id.ts'

const ended: Notice = { tone: 'bad', text: 'This device was logged out. Log in again to go on.' }
const wrongCredentials: Notice = { tone: 'bad', text: 'The user name or the password is wrong.' }
const wrongPassword: Notice = { tone: 'bad', text: 'The current password is wrong. Nothing was changed.' }
const tooShort: Notice = {
  tone: 'bad',
  text: `The new password needs at least ${minPasswordLength} characters. Nothing was changed.`,
}

const othersMayRemain =
  'The other devices may still be logged in, because the server cannot tell them at the moment. ' +
  'Go back to the devices in a few seconds, and log out all others.'

/** Creates the routes of the page on which users see and log out their devices. */
export function deviceRoutes({ users, sessions }: PageParts, pages: PageSessions): Router {
  const router = Router()

  async function view({ user, id, viewer }: PageSession, notice?: Notice): Promise<string> {
    return devicesView({ viewer, notice, sessions: await sessions.list(user, { current: id }) })
  }

  router.get('/', async (request, response) => {
    const found = await pages.find(request)
    const notice = noticeOf(request.query['done'])
    if (found.session !== undefined) return void response.send(await view(found.session, notice))
    if (found.why === 'ended') deleteCookie(request, response)
    response.send(loginView(found.why === 'ended' ? ended : notice))
  })

  router.post('/login', async (request, response) => {
    const { user, password } = readFields(request.body, 'user', 'password')
    if (await pages.logIn(request, response, { user, password })) return response.redirect(303, '/devices')
    response.status(403).send(loginView(wrongCredentials, user))
  })

  router.post('/logout', async (request, response) => {
    await pages.logOut(request, response)
    response.redirect(303, '/devices?done=logged-out')
  })

  router.post('/close', async (request, response) => {
    const { id: ownId, user } = await pages.require(request)
    const id = readSessionId(request.body)
    await sessions.close(user, id, { reason: 'logout' })
    if (id === ownId) deleteCookie(request, response)
    response.redirect(303, `/devices?done=${id === ownId ? 'logged-out' : 'closed'}`)
  })

  router.post('/close-others', async (request, response) => {
    const { user, claims } = await pages.require(request)
    await sessions.closeAll(user, { except: claims, reason: 'logout' })
    response.redirect(303, '/devices?done=closed-others')
  })

  router.post('/password', async (request, response) => {
    const session = await pages.require(request)
    const { current, next } = readFields(request.body, 'current', 'next')
    if (next.length < minPasswordLength) return void response.status(422).send(await view(session, tooShort))
    if ((await users.authenticate(session.user, current)) === undefined)
      return void response.status(403).send(await view(session, wrongPassword))
    // In this order, so that nobody logs in with the old password after its sessions have ended.
    await users.setPassword(session.user, next)
    const options = { except: session.claims, reason: 'password_changed' }
    if (await isUnavailable(sessions.closeAll(session.user, options)))
      return void response.status(503).send(messageView('The password is changed', othersMayRemain))
    response.redirect(303, '/devices?done=password')
  })

  return router
}

/** Waits for a call. Returns whether it failed because a store is unavailable. */
async function isUnavailable(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return false
  } catch (error) {
    if (error instanceof RevocationError && error.status === 503) return true
    throw error
  }
}
