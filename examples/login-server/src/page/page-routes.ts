import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Revocation } from '@revoked/core'
import express, { Router } from 'express'
import { adminPageRoutes } from './admin-page-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import { windowEvents } from './event-route.ts'
import { pageErrors } from './page-errors.ts'
import { pageGuard } from './page-guard.ts'
import { createPageSessions, type PageParts } from './page-session.ts'

/** The folder with the style sheet and the script. */
const assets = fileURLToPath(new URL('../../public', import.meta.url))

/** Browsers take a file for what its type says, as they do for the pages. */
const forbidSniffing = (response: ServerResponse): void => {
  response.setHeader('X-Content-Type-Options', 'nosniff')
}

/** What {@link pageRoutes} needs. */
export interface PageOptions extends PageParts {
  readonly revocation: Revocation
  readonly report: (error: unknown) => void
}

/** Creates the routes of the pages `/devices` and `/admin`, for people with a browser. */
export function pageRoutes({ revocation, report, ...parts }: PageOptions): Router {
  const pages = createPageSessions(parts)
  const router = Router()
  router.use('/assets', express.static(assets, { index: false, setHeaders: forbidSniffing }))
  router.get('/', (_request, response) => response.redirect(303, '/devices'))
  router.get('/admin', (_request, response) => response.redirect(303, '/admin/sessions'))
  router.use('/devices', ...pageGuard)
  router.get('/devices/events', windowEvents(revocation, pages))
  router.use('/devices', deviceRoutes(parts, pages), pageErrors(report))
  router.use('/admin/sessions', ...pageGuard, adminPageRoutes(parts, pages), pageErrors(report))
  return router
}
