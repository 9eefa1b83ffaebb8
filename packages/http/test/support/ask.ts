import type { Expectation } from './expectations.ts'

/**
 * What came back, as far as the tests of an adapter compare it: the table of the contract looks at
 * the rest.
 */
export type Reply = Pick<Expectation, 'status' | 'body'>

export function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}

/** Asks a server that answers with JSON. */
export async function ask(url: string, init?: RequestInit): Promise<Reply> {
  const response = await fetch(url, init)
  return { status: response.status, body: await response.json() }
}

/** What the contract expects, without the headers. */
export function reply({ status, body }: Expectation): Reply {
  return { status, body }
}
