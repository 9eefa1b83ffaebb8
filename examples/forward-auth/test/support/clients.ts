import { createHash } from 'node:crypto'
import { secrets } from './issuer.ts'

const secret = secrets[3]
const hash = createHash('sha256').update(secret).digest('hex')

/** The variable that names the clients `web` and `api`. */
export const clientsEnv = { CLIENTS: `web=${hash},api=${hash.toUpperCase()}` } as const

/** Posts a form to an endpoint as a client. */
export async function post(url: string, token: string, id = 'web', given: string = secret): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${id}:${given}`).toString('base64')}`
  return await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ token }) })
}
