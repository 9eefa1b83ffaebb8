import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectAnswer } from '../../support/expect-answer.ts'
import { type Row, revoked, rows, unavailable } from '../../support/expectations.ts'
import type { RunningServer } from '../../support/framework.ts'
import { passportServer } from '../../support/servers/passport-jwt.ts'
import { createWorld, secrets } from '../../support/setup.ts'

/** What comes after passport's own verification is ours to answer. */
function isOurs({ title, expected }: Row): boolean {
  return expected === revoked || expected === unavailable || title.startsWith('signed, ')
}

describe(passportServer.name, () => {
  const world = createWorld()
  let server: RunningServer
  beforeAll(async () => {
    server = await passportServer.start(world.options)
  })
  afterAll(() => server.close())
  afterEach(() => world.comeBack())

  async function ask({ request: { path, method }, authorization, outage }: Row): Promise<Response> {
    const header = await authorization(world)
    if (outage !== undefined) world.goDown(outage)
    const headers: Record<string, string> = header === undefined ? {} : { authorization: header }
    return await fetch(server.url + path, { method, headers, signal: AbortSignal.timeout(5_000) })
  }

  for (const row of rows.filter(({ expected }) => expected.status === 200)) {
    test(`${row.title}: passes, without a word on degraded`, async () => {
      const response = await ask(row)
      expect([response.status, await response.json()]).toEqual([200, { sub: secrets.subject }])
    })
  }

  for (const row of rows.filter(isOurs)) {
    test(`${row.title}: ${row.expected.status}`, async () => {
      await expectAnswer(await ask(row), row.expected)
    })
  }

  for (const row of rows.filter((row) => row.expected.status !== 200 && !isOurs(row))) {
    test(`${row.title}: 401 in the words of passport`, async () => {
      const response = await ask(row)
      const challenge = response.headers.get('www-authenticate')
      expect([response.status, challenge, await response.text()]).toEqual([401, null, 'Unauthorized'])
    })
  }
})
