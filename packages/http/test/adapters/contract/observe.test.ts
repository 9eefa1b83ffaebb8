import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hold } from '../../support/describe-contract.ts'
import { type Expectation, passes, passesDegraded, type Row, rowOf } from '../../support/expectations.ts'
import type { Framework, RunningServer } from '../../support/framework.ts'
import { expressServers } from '../../support/servers/express.ts'
import { expressJwtServers } from '../../support/servers/express-jwt.ts'
import { fastifyServers } from '../../support/servers/fastify.ts'
import { fastifyJwtServers } from '../../support/servers/fastify-jwt.ts'
import { fetchServers } from '../../support/servers/fetch.ts'
import { hapiServers } from '../../support/servers/hapi-jwt.ts'
import { honoServers } from '../../support/servers/hono.ts'
import { honoJwtServers } from '../../support/servers/hono-jwt.ts'
import { koaServers } from '../../support/servers/koa.ts'
import { koaJwtServers } from '../../support/servers/koa-jwt.ts'
import { nestServers } from '../../support/servers/nest.ts'
import { createWorld, type World } from '../../support/setup.ts'

const frameworks: readonly Framework[] = [
  ...[...expressServers, ...expressJwtServers, ...fastifyServers, ...fastifyJwtServers, ...fetchServers],
  ...[...hapiServers, ...honoServers, ...honoJwtServers, ...koaServers, ...koaJwtServers, ...nestServers],
]

/** Rows that the mode lets pass: how they pass, and what they would be refused with. */
const observed: readonly (readonly [title: string, passes: Expectation, code: string])[] = [
  ['revoked by itself', passes, 'ERR_TOKEN_REVOKED'],
  ['signed, and longer than maxTokenLifetime', passes, 'ERR_TOKEN_LIFETIME'],
  ['unavailable (rejects), closed', passesDegraded, 'ERR_REVOCATION_UNAVAILABLE'],
  ['unavailable (throws), closed, for a revoked token too', passesDegraded, 'ERR_REVOCATION_UNAVAILABLE'],
]

/** Rows that are answered as in the mode `'enforce'`. */
const asEver = ['active', 'expired', 'with a tampered signature', 'not a JWT', 'missing', 'malformed: two tokens']

const refusals = asEver.filter((title) => title !== 'active')

function forgetTold({ outcomesTold, refusalsTold, outagesTold }: World): void {
  for (const told of [outcomesTold, refusalsTold, outagesTold]) told.length = 0
}

describe.each(frameworks)('$name in the mode observe', ({ start }) => {
  const world = createWorld({ mode: 'observe' })
  let server: RunningServer

  beforeAll(async () => {
    server = await start(world.options)
  })
  afterAll(() => server.close())
  afterEach(() => {
    world.comeBack()
    forgetTold(world)
  })

  test.each(observed)('lets pass and reports once: %s', async (title, expected, code) => {
    const row = rowOf(title)
    await hold(server, world, { ...row, expected })
    expect([...world.refusalsTold, ...world.outagesTold]).toEqual([expect.objectContaining({ code })])
    const { status, body } = row.expected
    expect(world.outcomesTold).toEqual([{ refused: false, answer: expect.objectContaining({ status, body }) }])
  })

  test('an outage that an open policy lets pass is not reported', async () => {
    await hold(server, world, rowOf('unavailable (rejects), open'))
    expect(world.outcomesTold).toEqual([])
  })

  test.each(asEver)('answers as ever: %s', async (title) => {
    await hold(server, world, rowOf(title))
    expect(world.outcomesTold.filter(({ refused }) => !refused)).toEqual([])
    expect(world.outcomesTold).toHaveLength(refusals.includes(title) ? 1 : 0)
  })
})

describe.each(frameworks)('$name with a route in the mode observe', ({ start }) => {
  const world = createWorld()
  let server: RunningServer

  beforeAll(async () => {
    server = await start(world.options)
  })
  afterAll(() => server.close())
  afterEach(() => forgetTold(world))

  test('lets a revoked token pass there, and refuses it elsewhere', async () => {
    const row = rowOf('revoked by itself')
    await hold(server, world, { ...row, request: { method: 'GET', path: '/observed' }, expected: passes })
    expect(world.outcomesTold).toMatchObject([{ refused: false }])
    await hold(server, world, row)
    expect(world.outcomesTold).toMatchObject([{ refused: false }, { refused: true }])
  })
})

describe('the table convicts a server', () => {
  test('that refuses in the mode observe', async () => {
    const [express] = expressServers
    const world = createWorld()
    const server = await express?.start(world.options)
    if (server === undefined) throw new Error('There is no server of Express.')
    onTestFinished(() => server.close())
    const holds = ([title, expected]: readonly [string, Expectation, string]): Promise<boolean> => {
      const row: Row = { ...rowOf(title), expected }
      return hold(server, world, row).then(
        () => true,
        () => false,
      )
    }
    for (const row of observed) expect(await holds(row)).toBe(false)
  })
})
