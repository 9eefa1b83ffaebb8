import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Expectation, type Row, rowOf, rows, unavailable } from './expectations.ts'
import type { Framework, RunningServer } from './framework.ts'
import { createWorld, secrets, type World } from './setup.ts'
import { noteUnhandledRejections } from './unhandled-rejections.ts'

const refusals = ['expired', 'with a tampered signature', 'missing', 'malformed: two tokens', 'revoked by itself']

const failingHooks: readonly (readonly [string, () => unknown])[] = [
  [
    'throw',
    () => {
      throw new Error('S3CRET of a hook')
    },
  ],
  ['reject', () => Promise.reject(new Error('S3CRET of a hook'))],
]

/** Everything that a framework with our adapter owes its users, over real HTTP. */
export function describeContract({ name, start }: Framework): void {
  describe(name, () => {
    const world = createWorld()
    const unhandled = noteUnhandledRejections()
    let server: RunningServer

    beforeAll(async () => {
      server = await start(world.options)
    })
    afterAll(() => server.close())
    afterEach(() => world.comeBack())

    for (const row of rows) test(`${row.title}: ${row.expected.status}`, () => hold(server, world, row))

    test('a request that is refused with 503 is told of, with its cause', async () => {
      const header = `Bearer ${await world.tokens.issue({ sub: secrets.subject })}`
      world.goDown('rejects')
      world.outagesTold.length = 0
      const response = await fetch(`${server.url}/closed`, { headers: { authorization: header } })
      await expectAnswer(response, unavailable, header)
      expect(world.outagesTold).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
      expect(world.outagesTold[0]).toHaveProperty('cause.message', secrets.storeError)
    })

    test.each(refusals)('onRefused learns once why a token is refused: %s', async (title) => {
      world.refusalsTold.length = 0
      await hold(server, world, rowOf(title))
      expect(world.refusalsTold).toEqual([expect.any(Error)])
    })

    describe.each(failingHooks)('with hooks that %s', (_, hook) => {
      let failing: RunningServer
      beforeAll(async () => {
        failing = await start({ ...world.options, onUnavailable: hook, onRefused: hook })
      })
      afterAll(() => failing.close())

      test.each([...refusals, 'unavailable (rejects), closed'])('answers as without them: %s', (title) =>
        hold(failing, world, rowOf(title)),
      )
    })

    test('no rejection was left unhandled', async () => {
      expect(await unhandled()).toEqual([])
    })
  })
}

/** Holds a server to a row of the table. Rejects if it does anything else. */
export async function hold({ url }: RunningServer, world: World, row: Row): Promise<void> {
  const { request, authorization, outage, expected } = row
  const header = await authorization(world)
  if (outage !== undefined) world.goDown(outage)
  const response = await fetch(url + request.path, {
    method: request.method,
    headers: header === undefined ? {} : { authorization: header },
    // Longer than the deadline of a check by far; a request that hangs is seen by it.
    signal: AbortSignal.timeout(3_000),
  })
  await expectAnswer(response, expected, header)
}

async function expectAnswer(response: Response, expected: Expectation, header: string | undefined): Promise<void> {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: expected.status })
  for (const [name, value] of Object.entries(expected.headers)) expect(response.headers.get(name)).toBe(value ?? null)
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(JSON.parse(text)).toEqual(expected.body)
  if (expected.status === 200) return
  // Whole, and not only in the fields that the table names.
  const all = JSON.stringify([text, [...response.headers]])
  for (const secret of ['S3CRET', ' at ', 'node_modules']) expect(all).not.toContain(secret)
  const token = header?.split(' ')[1] ?? ''
  if (token.length > 10) expect(all).not.toContain(token)
}
