import { expect } from 'vitest'
import type { Expectation } from './expectations.ts'

/** That a response is exactly what the table of the contract says. */
export async function expectAnswer(response: Response, { status, headers, body }: Expectation): Promise<void> {
  const got = Object.fromEntries(Object.keys(headers).map((name) => [name, response.headers.get(name) ?? undefined]))
  expect({ status: response.status, headers: got, body: await response.json() }).toEqual({ status, headers, body })
}
