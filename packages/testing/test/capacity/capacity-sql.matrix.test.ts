/** The formulas of the calculator over SQL databases, each next to measurements of two sizes. */
import { describe, expect, test } from 'vitest'
import * as formulas from '../../../../docs/.vitepress/capacity/formulas.ts'
import * as load from '../../../../docs/.vitepress/capacity/load.ts'
import { add, assertFits, assertLoadAtMost, assertLoadFits } from './fits.ts'
import { openMeasuredSqlite, startMeasuredPostgres } from './sql-measurements.ts'

const patience = { timeout: 120_000 }

const databases = { postgres: startMeasuredPostgres, sqlite: openMeasuredSqlite } as const

for (const [name, open] of Object.entries(databases)) {
  const backend = name === 'postgres' ? 'postgres' : 'sqlite'
  describe(backend, () => {
    test.each([20_000, 100_000])(
      'keeps %i marks, and its change log, in what is calculated',
      patience,
      async (marks) => {
        await using database = await open()
        const found = await database.revoked(marks)
        assertFits(formulas.markBytes(backend, marks), found.marks)
        assertFits(formulas.logBytes(backend, marks), found.log)
      },
    )

    test.each([
      [6_000, 1],
      [24_000, 3],
    ])('keeps %i sessions, %i a subject, in what is calculated', patience, async (sessions, perSubject) => {
      await using database = await open()
      const found = await database.opened(sessions, perSubject)
      assertFits(formulas.sessionBytes(backend, sessions, perSubject), found)
    })
  })
}

test.each([200, 1_000])('%i checks over a postgresStore cost what is calculated', patience, async (checks) => {
  await using database = await startMeasuredPostgres()
  assertLoadFits(load.lookupLoad('postgres', checks), await database.checked(checks))
})

// Often enough that one read more or less within the time does not count.
test.each([
  [2, 1_000],
  [5, 2_000],
])('%i idle caches over PostgreSQL, maxStaleness %i, cost what is calculated', patience, async (followers, bound) => {
  await using database = await startMeasuredPostgres()
  const found = await database.followed({ followers, revocations: 0, pauseMs: 0, maxStalenessMs: bound })
  assertLoadFits(load.followerLoad('postgres', followers, bound / 1_000), found)
})

const bound = 5

/** Returns what revocations cost by the formulas, and as found. */
async function revocationsBeside(followers: number, revocations: number, pauseMs: number) {
  await using database = await startMeasuredPostgres()
  const options = { followers, revocations, pauseMs, maxStalenessMs: bound * 1_000 }
  const { revocationsPerSecond, ...found } = await database.followed(options)
  const revoked = load.postgresRevocationLoad({ revocationsPerSecond, instances: 1, followers })
  return { found, calculated: add(load.followerLoad('postgres', followers, bound), revoked) }
}

// With pauses, each revocation is followed by a wake-up.
test.each([
  [0, 200, 30],
  [0, 100, 60],
  [1, 200, 30],
  [4, 200, 30],
  [4, 100, 60],
])('revocations beside %i caches over PostgreSQL cost what is calculated: %i, each %i ms', patience, async (...of) => {
  const { calculated, found } = await revocationsBeside(...of)
  assertLoadFits(calculated, found)
})

// Without, wake-ups are fewer: how many depends on how busy the machine is.
test.each([
  [0, 3_000],
  [4, 3_000],
])('revocations beside %i caches over PostgreSQL cost no more than is calculated: %i', patience, async (...of) => {
  const { calculated, found } = await revocationsBeside(...of, 0)
  assertLoadAtMost(calculated, found)
})

test('without a server there is no load, and a database takes no memory of an instance', () => {
  const plan = {
    instances: 2,
    tokens: 1_000,
    lifetime: 900,
    revocationsPerSecond: 5,
    checksPerSecond: 100,
    maxStaleness: 2,
    sessions: 100,
    sessionsPerSubject: 2,
  }
  const [memory, sqlite, postgres] = (['memory', 'sqlite', 'postgres'] as const).map((store) =>
    formulas.needsOf({ ...plan, store }),
  )
  expect(memory).toMatchObject({ marks: 4_500, kept: 0, commandsPerSecond: 0, sentPerSecond: 0 })
  expect(sqlite).toMatchObject({ commandsPerSecond: 0, receivedPerSecond: 0 })
  expect(sqlite?.processMemory).toBe(sqlite?.kept)
  expect(postgres).toMatchObject({ processMemory: 0 })
  expect(postgres?.commandsPerSecond).toBeGreaterThan(100)
})
