import type { SessionStore } from '@revoked/core/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { onTestFinished } from 'vitest'
import { type OutageStore, outageStore, sessionsOf } from '../src/outage.ts'
import { startServer } from '../src/server.ts'
import type { ObservableStore } from '../src/store.ts'

/** The parts of a request. `json` may be any text, such as broken JSON. */
interface Sent {
  readonly token?: string
  readonly json?: unknown
  readonly headers?: Record<string, string>
}

/** A server for one test. */
export interface OpenServer {
  readonly url: string
  readonly outage: OutageStore
  /** Who is logged in on which device. */
  readonly list: SessionStore
  readonly reported: unknown[]
  send(request: string, sent?: Sent): Promise<Response>
  /** Logs in, which must succeed, and resolves with the token. */
  login(user: string, password: string): Promise<string>
}

export async function openServer(store: ObservableStore = memoryStore()): Promise<OpenServer> {
  const outage = outageStore(store)
  const reported: unknown[] = []
  const list = memorySessions()
  const { url, close } = await startServer({
    store: outage,
    sessionStore: sessionsOf(outage, list),
    passwordCost,
    report: (error) => reported.push(error),
  })
  onTestFinished(close)

  async function send(request: string, { token, json, headers }: Sent = {}): Promise<Response> {
    const [method = '', path = ''] = request.split(' ')
    return await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    })
  }

  return {
    url,
    outage,
    list,
    reported,
    send,
    login: async (user, password) => {
      const response = await send('POST /login', { json: { user, password, device: 'test' } })
      const { token } = (await response.json()) as { token?: unknown }
      if (typeof token !== 'string') throw new Error(`The login of ${user} answered ${response.status}.`)
      return token
    },
  }
}

/** So that tests do not wait for the hashing of passwords. */
export const passwordCost = 2

export const ada = ['ada', 'analytical-engine'] as const
export const ben = ['ben', 'bristol-channel'] as const
export const root = ['root', 'keys-to-the-house'] as const
