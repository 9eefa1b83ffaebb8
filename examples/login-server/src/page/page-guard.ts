import express, { type RequestHandler } from 'express'
import { HttpError } from '../http-error.ts'
import { isCrossOrigin } from './cross-origin.ts'

/** Nothing inline, nothing from elsewhere, and no frames around the page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const secureHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    // Not `no-referrer`: older browsers would then send `Origin: null` with the forms of the page.
    'Referrer-Policy': 'same-origin',
  })
  next()
}

/** Refuses requests that pages of other origins send, the login included. */
const refuseCrossOrigin: RequestHandler = (request, _response, next) => {
  if (isCrossOrigin(request.method, (name) => request.get(name))) throw new HttpError(403, 'cross_origin')
  next()
}

/** What runs before every route of the pages. */
export const pageGuard: readonly RequestHandler[] = [
  secureHeaders,
  refuseCrossOrigin,
  express.urlencoded({ extended: false, limit: '10kb', parameterLimit: 10 }),
]
