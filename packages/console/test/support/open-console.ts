import { createRevocation, type Revocation, type RevocationStore } from '@revoked/core'
import { createSessions, type Sessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { onTestFinished } from 'vitest'
import { type Console, type ConsoleOptions, type ConsoleRole, createConsole } from '../../src/index.ts'

/** What a request to a route sends. */
interface Sent {
  readonly role?: ConsoleRole | 'nobody'
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** An answer of a route. */
interface Answered {
  readonly status: number
  // Tests compare it.
  readonly body: Record<string, unknown>
}

/** A console for one test. Whoever sends the cookie `role` has that role. */
export interface OpenConsole {
  readonly handle: Console
  readonly store: RevocationStore
  readonly revocation: Revocation
  readonly sessions: Sessions<unknown>
  readonly reported: unknown[]
  /** Asks a route as the page does. */
  ask(path: string, body?: unknown, sent?: Sent): Promise<Answered>
}

export const origin = 'http://console.test'

/** Opens a console over stores in memory. */
export function openConsole(options: Partial<ConsoleOptions> = {}): OpenConsole {
  const store = options.store ?? memoryStore({ auditFor: '90d' })
  const revocation = options.revocation ?? createRevocation({ store, maxTokenLifetime: '24h', claims: ['tenant'] })
  const sessions = createSessions({
    store: memorySessions(),
    ...(revocation.issuer === '*' ? {} : { revocation }),
    idleTimeout: '2h',
    absoluteLifetime: '12h',
  })
  const reported: unknown[] = []
  const handle = createConsole({
    revocation,
    store,
    sessions,
    authorize: (request) => accessOf(request),
    onError: (error) => void reported.push(error),
    ...options,
  })
  onTestFinished(handle.close)

  async function ask(path: string, body?: unknown, { role = 'admin', headers = {} }: Sent = {}): Promise<Answered> {
    const given = {
      cookie: `role=${role}`,
      'x-revoked-console': '1',
      'sec-fetch-site': 'same-origin',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const fields = Object.entries(given).filter((field): field is [string, string] => field[1] !== undefined)
    const response = await handle(
      new Request(`${origin}/console/api/${path}`, {
        headers: fields,
        ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  return { handle, store, revocation, sessions, reported, ask }
}

/** Whoever sends the cookie `role` has that role. */
function accessOf(request: Request): { role: ConsoleRole; actor: string } | undefined {
  const role = /(?:^|; )role=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
  return role === 'read-only' || role === 'support' || role === 'admin'
    ? { role, actor: `${role}@example.com` }
    : undefined
}

/** Asks for the page, or a file of it. */
export async function getPage({ handle }: Pick<OpenConsole, 'handle'>, path: string, init: RequestInit = {}) {
  return await handle(new Request(`${origin}${path}`, { headers: { cookie: 'role=read-only' }, ...init }))
}
