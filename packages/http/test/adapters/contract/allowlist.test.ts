import type { SessionStore } from '@revoked/core/sessions'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hold } from '../../support/describe-contract.ts'
import { outages, revoked, unavailable } from '../../support/expectations.ts'
import type { Framework, RunningServer } from '../../support/framework.ts'
import { createListedWorld, type ListedRow, type ListedWorld, listedRows } from '../../support/listed-world.ts'
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
import { passportServer } from '../../support/servers/passport-jwt.ts'
import { createWorld } from '../../support/setup.ts'

const frameworks: readonly Framework[] = [
  ...[...expressServers, ...expressJwtServers, ...fastifyServers, ...fastifyJwtServers, ...fetchServers],
  ...[...hapiServers, ...honoServers, ...honoJwtServers, ...koaServers, ...koaJwtServers, ...nestServers],
  passportServer,
]

async function holdListed(server: RunningServer, { world, sessions }: ListedWorld, row: ListedRow): Promise<void> {
  const authorization: ListedRow['authorization'] = async (inside) => {
    const header = await row.authorization(inside)
    if (row.listOutage !== undefined) sessions.goDown(row.listOutage)
    return header
  }
  await hold(server, world, { ...row, authorization })
}

/** One row is enough: each takes as long as the deadline. */
function rowsOfHangingList(listed: ListedWorld): readonly ListedRow[] {
  return listedRows(listed, ['hangs']).filter(({ title }) => title === 'of an unknown session, list hangs, closed')
}

describe.each(frameworks)('$name with an allowlist', ({ name, start }) => {
  const listed = createListedWorld()
  let server: RunningServer

  beforeAll(async () => {
    server = await start(listed.world.options)
  })
  afterAll(() => server.close())
  afterEach(() => {
    listed.world.comeBack()
    listed.sessions.comeBack()
  })

  // The routes with passport do not say whether a check was degraded.
  const saysDegraded = name !== passportServer.name
  const rows = [...listedRows(listed, ['throws', 'rejects']), ...rowsOfHangingList(listed)].filter(
    ({ expected }) => saysDegraded || expected.status !== 200,
  )
  for (const row of rows) test(`${row.title}: ${row.expected.status}`, () => holdListed(server, listed, row))
})

describe('the table convicts a server', () => {
  async function serve(listed: ListedWorld): Promise<RunningServer> {
    const [express] = expressServers
    if (express === undefined) throw new Error('There is no server of Express.')
    const server = await express.start(listed.world.options)
    onTestFinished(() => server.close())
    return server
  }

  /** Returns the titles of the rows with a refusal that a server does not hold. */
  async function convictedBy(listed: ListedWorld): Promise<readonly string[]> {
    const server = await serve(listed)
    const titles: string[] = []
    for (const row of listedRows(listed, ['rejects'])) {
      await holdListed(server, listed, row).catch(() => titles.push(row.title))
      listed.world.comeBack()
      listed.sessions.comeBack()
    }
    return titles
  }

  const onFailure = (answer: number | undefined) => (sessions: SessionStore) => ({
    ...sessions,
    find: async (...[keys]: Parameters<SessionStore['find']>) => {
      try {
        return await sessions.find(keys)
      } catch {
        return keys.map(() => answer)
      }
    },
  })

  test('and not one that is right', async () => {
    expect(await convictedBy(createListedWorld())).toEqual([])
  })

  test('without an allowlist', async () => {
    const titles = await convictedBy({ ...createListedWorld(), world: createWorld() })
    expect(titles).toEqual(expect.arrayContaining(['of an unknown session', 'of no session']))
  })

  test('that takes a list that fails for one without the session', async () => {
    const titles = await convictedBy(createListedWorld(onFailure(undefined)))
    expect(titles).toContain('of a listed session, list rejects, closed')
  })

  test('that takes a list that fails for one with the session', async () => {
    const titles = await convictedBy(createListedWorld(onFailure(Infinity)))
    expect(titles).toContain('of an unknown session, list rejects, closed')
  })
})

test('every row of a token that must not pass demands 401 or 503', () => {
  const rows = listedRows(createListedWorld(), outages).filter(({ title }) => !title.startsWith('of a listed session'))
  expect(rows.length).toBeGreaterThan(5)
  for (const { expected } of rows) expect([revoked, unavailable]).toContain(expected)
})

test('every framework has a row of a list that hangs', () => {
  expect(rowsOfHangingList(createListedWorld())).toHaveLength(1)
})
