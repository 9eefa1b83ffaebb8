import { type Claims, RevocationError } from '@revoked/core'
import type { AccessTokens } from '@revoked/jose'
import type { Request, Response } from 'express'
import type { DeviceSessions } from '../device-sessions.ts'
import { HttpError } from '../http-error.ts'
import type { Users } from '../users.ts'
import { describeDevice } from './describe-device.ts'
import type { Viewer } from './layout.ts'
import { deleteCookie, readCookie, setCookie } from './page-cookie.ts'

/** What the pages need. */
export interface PageParts {
  readonly users: Users
  readonly sessions: DeviceSessions
  /** The tokens in the cookies. */
  readonly tokens: AccessTokens
}

/** Whoever is logged in with the cookie of a request. */
export interface PageSession {
  readonly user: string
  readonly id: string
  readonly viewer: Viewer
  readonly claims: Claims
}

/** A session, or why there is none. */
type Found = { readonly session: PageSession } | { readonly session?: never; readonly why: 'none' | 'ended' }

/** Logs browsers in and out, and tells who they are. */
export interface PageSessions {
  /** Finds the session of the cookie, and notes its use. Rejects if the store is unavailable. */
  find(request: Request): Promise<Found>
  /**
   * Returns the session of the cookie.
   *
   * @throws HttpError (401) if there is none.
   */
  require(request: Request): Promise<PageSession>
  /** Logs a browser in as a user. Returns false if the password is wrong, or the user banned. */
  logIn(request: Request, response: Response, fields: { user: string; password: string }): Promise<boolean>
  /** Ends the session of the cookie, if there is one, and deletes the cookie. */
  logOut(request: Request, response: Response): Promise<void>
}

/** Creates the sessions of the pages. */
export function createPageSessions({ users, sessions, tokens }: PageParts): PageSessions {
  async function find(request: Request): Promise<Found> {
    const token = readCookie(request)
    if (token === undefined) return { why: 'none' }
    const claims = await verify(token)
    if (claims === undefined) return { why: 'ended' }
    const { sub: user, sid: id } = claims
    if ((await sessions.touch(user, id)).status === 'not_open') return { why: 'ended' }
    const isAdmin = users.find(user)?.role === 'admin'
    return { session: { user, id, claims, viewer: { name: user, isAdmin } } }
  }

  async function verify(token: string): Promise<(Claims & { sub: string; sid: string }) | undefined> {
    try {
      const { claims } = await tokens.verify(token)
      const { sub, sid } = claims
      return typeof sub === 'string' && typeof sid === 'string' ? { ...claims, sub, sid } : undefined
    } catch (error) {
      if (error instanceof RevocationError && error.status === 401) return undefined
      throw error
    }
  }

  async function logIn(
    request: Request,
    response: Response,
    { user: name, password }: { user: string; password: string },
  ): Promise<boolean> {
    const user = await users.authenticate(name, password)
    if (user === undefined || user.isBanned) return false
    await close(request)
    const session = await sessions.open({
      subject: name,
      device: describeDevice(request.get('user-agent')),
      idleTimeout: '2h',
    })
    const token = await tokens.issue({ sub: name, sid: session.id })
    // The user was banned or the password changed meanwhile, and that may have missed the session.
    if (users.find(name) !== user) {
      await sessions.close(name, session.id, { reason: 'logout' })
      return false
    }
    setCookie(request, response, { token, endsAt: session.endsAt })
    return true
  }

  async function close(request: Request): Promise<void> {
    const { session } = await find(request)
    if (session !== undefined) await sessions.close(session.user, session.id, { reason: 'logout' })
  }

  return {
    find,
    require: async (request) => {
      const { session } = await find(request)
      if (session === undefined) throw new HttpError(401, 'logged_out')
      return session
    },
    logIn,
    logOut: async (request, response) => {
      await close(request)
      deleteCookie(request, response)
    },
  }
}
