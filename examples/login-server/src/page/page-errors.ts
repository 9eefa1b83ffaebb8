import type { ErrorRequestHandler } from 'express'
import { messageView } from './message-view.ts'

/** Titles and texts by status. */
const messages: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: ['The request is incomplete', 'A field is missing or too long.'],
  403: ['Not allowed', 'This page is not for you, or the request came from another site.'],
  404: ['Not found', 'There is no such page.'],
  503: [
    'Please try again',
    'The server cannot tell at the moment who is logged in. What you asked for may not have been done. Try again in a few seconds.',
  ],
}

const failed = ['Something went wrong', 'The server has made a mistake, and its operator can see which.'] as const

/**
 * Creates the error handler of the pages. A browser without a session is sent to the login. No
 * message of an error reaches a page.
 */
export function pageErrors(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    const status = statusOf(error)
    if (status === 401) return response.redirect(303, '/devices')
    if (status >= 500) report(error)
    if (status === 503) response.set('Retry-After', '5')
    const [title, text] = messages[status] ?? (status < 500 ? messages[400] : undefined) ?? failed
    response.status(status).send(messageView(title, text))
  }
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}
