// What leaks.test.ts does, over all stores, alone and behind caches, and over errors of clients.
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, test } from 'vitest'
import { breakablePlace } from './support/breakable-place.ts'
import { type ClientError, errorsOfPg, errorsOfRedis, errorsOfSqlite } from './support/client-errors.ts'
import { leaksIn } from './support/everything-secret.ts'
import { type OpenPlace, openNodeRedis, openPg, openSqlite } from './support/leak-places.ts'
import { expectSilence, type Shape } from './support/leak-run.ts'
import { hearEverything } from './support/sinks.ts'

const shapes: readonly Shape[] = ['plain', 'layered', 'mirrored']
// One of them: better-sqlite3 12 aborts a process of Node 24 that collects its statements while it
// is idle.
const drivers = (await sqliteDrivers()).slice(0, 1)
const clientErrors: readonly ClientError[] = (
  await Promise.all([errorsOfRedis(), errorsOfPg(), ...drivers.map(errorsOfSqlite)])
).flat()

interface Subject {
  readonly name: string
  readonly open: OpenPlace
  readonly types: readonly string[]
}

const subjects: readonly Subject[] = [
  { name: 'node-redis', open: openNodeRedis, types: ['ECONNREFUSED'] },
  { name: 'pg', open: openPg, types: ['ECONNREFUSED'] },
  ...drivers.map((driver) => {
    return { name: driver.name, open: openSqlite(driver), types: ['ERR_REVOCATION_UNAVAILABLE'] }
  }),
]

describe.each(subjects)('nothing is exported over $name', { timeout: 60_000 }, ({ open, types }) => {
  test.each(shapes.flatMap((shape) => [false, true].map((hashIds) => ({ shape, hashIds }))))(
    'of a $shape store, with hashIds $hashIds',
    async ({ shape, hashIds }) => {
      const heard = hearEverything()
      await expectSilence({ place: await open(hashIds), shape, hashIds, heard, types })
    },
  )
})

describe.each([...clientErrors])(
  'nothing is exported of an error of $client',
  { timeout: 60_000 },
  ({ error, type }) => {
    test.each(shapes)('of a %s store', async (shape) => {
      // What the client says is secret.
      expect(leaksIn(error, { addresses: [], names: [], tokens: [] })).not.toEqual([])
      const heard = hearEverything()
      await expectSilence({ place: breakablePlace(error), shape, hashIds: false, heard, types: [type] })
    })
  },
)
