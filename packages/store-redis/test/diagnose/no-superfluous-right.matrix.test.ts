import { randomUUID } from 'node:crypto'
import { type RedisCluster, type RedisServer, startCluster, startRedis } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clusterUsers, createUser, type Place, rightsAt, serverClients } from '../support/restricted-users.ts'
import { readWhileMoving, useAll } from '../support/whole-use.ts'

type Use = (place: Place, prefix: string, rights: readonly string[]) => Promise<void>

const use: Use = async (place, prefix, rights) => useAll(place, await createUser(place.nodes, prefix, rights), prefix)

/** Returns the name of the first client for which something fails without the right. */
async function failing(
  places: readonly (readonly [string, Place])[],
  index: number,
  run: Use,
): Promise<string | undefined> {
  for (const [name, place] of places) {
    const prefix = randomUUID()
    const rights = rightsAt(place, { prefix })
    const fails = await run(place, prefix, rights.toSpliced(index, 1)).then(
      () => false,
      () => true,
    )
    if (fails) return name
  }
  return undefined
}

/** The rights, without the names of keys and channels, which differ in each test. */
function rightNames(place: Pick<Place, 'isCluster' | 'database'>): [index: number, right: string][] {
  return rightsAt(place, {}).map((right, index) => [index, right])
}

describe.each([0, 3])('in database %i', (database) => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())
  const places = (): (readonly [string, Place])[] =>
    serverClients.map(([name, connect]) => [
      name,
      { nodes: [server], isCluster: false, database, connect: connect(database) },
    ])

  test('everything works with all rights', async () => {
    expect(await failing(places(), 100, use)).toBeUndefined()
  })

  test.each(rightNames({ isCluster: false, database }))(
    'something fails without right %i, %s',
    async (index) => {
      expect(await failing(places(), index, use)).toBeDefined()
    },
    15_000,
  )
})

describe('in a Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 60_000)
  afterAll(() => cluster.stop())
  const places = (): (readonly [string, Place])[] =>
    clusterUsers.map(([name, connect]) => [name, { nodes: cluster.nodes, isCluster: true, database: 0, connect }])
  const moving: Use = async (place, prefix, rights) => {
    const user = await createUser(place.nodes, prefix, rights)
    await useAll(place, user, prefix)
    await readWhileMoving(cluster, place, user, prefix)
  }

  test('everything works with all rights', async () => {
    expect(await failing(places(), 100, moving)).toBeUndefined()
  }, 15_000)

  test.each(rightNames({ isCluster: true, database: 0 }))(
    'something fails without right %i, %s',
    async (index, right) => {
      // ioredis leaves the rejection of ASKING unhandled.
      const tried = right === '+asking' ? places().slice(1) : places()
      expect(await failing(tried, index, moving)).toBeDefined()
    },
    15_000,
  )
})
