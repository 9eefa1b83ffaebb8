import { finished } from 'node:stream'
import type { Revocation } from '@revoked/core'
import type { RequestHandler } from 'express'
import type { PageSessions } from './page-session.ts'

/**
 * Creates the route of the events that a window listens to. It is told `end` as soon as its session
 * has ended, on whichever server. If the store cannot confirm the session any more, the stream ends
 * without that, and the browser connects again.
 */
export function windowEvents(revocation: Revocation, pages: PageSessions): RequestHandler {
  return async (request, response) => {
    const { session } = await pages.find(request)
    response.set('Content-Type', 'text/event-stream').write('retry: 1000\n\n')
    if (session === undefined) return void response.end(endOf('logged_out'))
    const { signal, close } = revocation.watch(session.claims)
    finished(response, close)
    signal.addEventListener('abort', () => {
      const { code } = signal.reason
      response.end(code === 'ERR_REVOCATION_UNAVAILABLE' ? '' : endOf(code))
    })
  }
}

function endOf(code: string): string {
  return `event: end\ndata: ${code}\n\n`
}
