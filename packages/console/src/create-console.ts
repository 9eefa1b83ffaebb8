import { type ConsoleAccess, readAccess } from './access/access.ts'
import { assertOwnRequest } from './access/own-request.ts'
import { errorAnswer } from './answers/error-answer.ts'
import { RequestError } from './answers/request-error.ts'
import { respond, respondJson, respondRedirect, respondText } from './answers/respond.ts'
import { withinTime } from './answers/within-time.ts'
import { createAssets } from './assets/assets.ts'
import { page } from './assets/page.ts'
import { type ConsoleOptions, readOptions, type Settings } from './console-options.ts'
import { type ChangeFeed, createChangeFeed } from './live/change-feed.ts'
import { createRoutes } from './routes/routes.ts'

/**
 * A console: a handler of the Fetch Standard. `toHandler` of `@revoked/http` mounts it in a
 * framework.
 *
 * @example
 * ```ts
 * import type { Console } from '@revoked/console'
 * import { toHandler } from '@revoked/http/express'
 * import express from 'express'
 *
 * const mount = (console: Console) => express().use('/console', toHandler(console))
 * ```
 */
export interface Console {
  (request: Request, context?: unknown): Promise<Response>
  /** The same function, by the name that runtimes and `toHandler` look for. */
  readonly fetch: (request: Request, context?: unknown) => Promise<Response>
  /** Ends the following of the change log. The store stays open. */
  readonly close: () => void
}

/**
 * Creates the console: a page that shows the state of a store, who is logged in where, what is
 * revoked and why, and what happens now, and that logs out, revokes and reinstates.
 *
 * Nothing is served to a request that `authorize` refuses, and nothing is done for a request that a
 * page of another origin has sent.
 *
 * @example
 * ```ts
 * import { createConsole } from '@revoked/console'
 * import { createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const store = memoryStore({ auditFor: '90d' })
 * const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
 *
 * // Ask your own login who sent the request.
 * const staffOf = (_request: Request): { email: string } | undefined => undefined
 * const handle = createConsole({
 *   revocation,
 *   store,
 *   authorize: (request) => {
 *     const staff = staffOf(request)
 *     return staff && { role: 'support', actor: staff.email }
 *   },
 * })
 * const { status } = await handle(new Request('http://localhost/console/')) // 403
 * ```
 *
 * @throws TypeError for wrong options, and without `authorize`.
 */
export function createConsole(options: ConsoleOptions): Console {
  const settings = readOptions(options)
  const feed = createChangeFeed(settings.store, settings.revocation.issuer === '*')
  const answer = createAnswer(settings, feed)

  async function handle(request: Request, context?: unknown): Promise<Response> {
    try {
      return await answer(request, context)
    } catch (error) {
      const { status, ...body } = errorAnswer(error)
      if (status >= 500) report(settings, error, request)
      const headers = status === 503 ? { 'Retry-After': '5' } : {}
      // A person who opens the page reads the answer; scripts read JSON.
      const isPage = !new URL(request.url).pathname.startsWith(`${settings.path}/api/`)
      return isPage ? respondText(status, body.message, headers) : respondJson(body, status, headers)
    }
  }

  return Object.freeze(Object.assign(handle, { fetch: handle, close: feed.close }))
}

/** What the hook throws, or how long it takes, changes no answer. */
function report({ onError }: Settings, error: unknown, request: Request): void {
  const reporting = async (): Promise<unknown> => await onError?.(error, request)
  // An error of a report is reported nowhere.
  reporting().catch(() => undefined)
}

/** Asks the application who it is. */
async function accessOf(
  { authorize }: Settings,
  request: Request,
  context: unknown,
): Promise<ReturnType<typeof readAccess>> {
  return readAccess(await withinTime(() => authorize(request, context), 'who you are'))
}

function createAnswer(settings: Settings, feed: ChangeFeed): (request: Request, context: unknown) => Promise<Response> {
  const { path: mount } = settings
  const assets = createAssets()
  const routes = createRoutes(settings, feed)

  async function answerApi(name: string, request: Request, access: ConsoleAccess): Promise<Response> {
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined
    if (route === undefined) throw new RequestError(404, 'not_found', 'There is no such route.')
    if (request.method !== route.method)
      return respondJson({ error: 'invalid_request', message: 'The method is wrong.' }, 405, { Allow: route.method })
    return respondJson(await route.answer({ request, access }))
  }

  return async (request, context) => {
    const { pathname } = new URL(request.url)
    if (pathname !== mount && !pathname.startsWith(`${mount}/`)) return respondText(404, 'There is no such page.')
    const path = pathname.slice(mount.length)
    const api = path.startsWith('/api/') ? path.slice('/api/'.length) : undefined
    if (api !== undefined) assertOwnRequest(request)
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      return respondText(405, 'The method must be GET.', { Allow: 'GET, HEAD' })

    const access = await accessOf(settings, request, context)
    if (access === undefined || access instanceof Response) {
      if (api !== undefined) throw new RequestError(403, 'refused', 'You may not use the console, or not any more.')
      return access ?? respondText(403, 'You may not use this page.')
    }
    if (api !== undefined) return await answerApi(api, request, access)
    // Relative, because a proxy may have cut the path.
    if (path === '') return respondRedirect(`${mount.slice(mount.lastIndexOf('/') + 1)}/`)
    if (path === '/') return respond({ type: 'text/html; charset=utf-8', body: page })
    return (await assets(path, request)) ?? respondText(404, 'There is no such page.')
  }
}
