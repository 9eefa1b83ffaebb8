import { onTestFinished } from 'vitest'
import { createLog } from '../../src/log.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { readSettings } from '../../src/settings.ts'
import { secrets } from './issuer.ts'

/** A server of this process, with what it has logged. */
export interface Started extends RunningServer {
  readonly lines: () => readonly Readonly<Record<string, unknown>>[]
  /** Asks whether a request with this `Authorization` header may pass. */
  readonly ask: (authorization?: string, init?: RequestInit, path?: string) => Promise<Response>
}

/** Starts a server on a free port until the end of the test. Nothing that it logs may be secret. */
export async function startHere(env: Readonly<Record<string, string>>): Promise<Started> {
  const written: string[] = []
  const settings = readSettings({ HOST: '127.0.0.1', PORT: '0', ...env })
  const server = await startServer(
    settings,
    createLog('debug', (line) => written.push(line)),
  )
  onTestFinished(async () => {
    await server.close()
    const log = written.join('')
    for (const secret of secrets) if (log.includes(secret)) throw new Error(`the log contains ${secret}`)
  })
  return {
    ...server,
    lines: () => written.map((line) => JSON.parse(line)),
    ask: (authorization, init = {}, path = '/auth') => {
      const headers = { ...init.headers, ...(authorization !== undefined && { authorization }) }
      return fetch(server.url + path, { ...init, headers })
    },
  }
}
