/**
 * The formulas of the calculator, over Redis and in the process, each next to measurements of two
 * sizes.
 */
import { describe, expect, test } from 'vitest'
import * as formulas from '../../../../docs/.vitepress/capacity/formulas.ts'
import * as load from '../../../../docs/.vitepress/capacity/load.ts'
import { assertFits, assertLoadFits, scale } from './fits.ts'
import * as measured from './measurements.ts'

const patience = { timeout: 60_000 }

test.each([0.5, 2])('a formula that is off by a factor of %s does not fit', patience, async (factor) => {
  await using setup = await measured.startMeasured()
  const found = await measured.markBytesInRedis(setup, 20_000)
  assertFits(formulas.markBytes('redis', 20_000), found)
  expect(() => assertFits(factor * formulas.markBytes('redis', 20_000), found)).toThrow('off by')
})

describe.each([20_000, 100_000])('%i marks', (marks) => {
  test('take the memory that is calculated in Redis, and in a mirror', patience, async () => {
    await using setup = await measured.startMeasured()
    assertFits(formulas.markBytes('redis', marks), await measured.markBytesInRedis(setup, marks))
    assertFits(formulas.mirrorMemory(marks), await measured.bytesOf(() => measured.liveMirror(setup)))
  })

  test('take the memory that is calculated in a memoryStore', patience, async () => {
    assertFits(formulas.markBytes('memory', marks), await measured.bytesOf(() => measured.filledMemory(marks)))
  })
})

test.each([2_500, 10_000, 20_000])(
  'the change log of %i revocations takes what is calculated',
  patience,
  async (entries) => {
    await using setup = await measured.startMeasured()
    assertFits(formulas.logBytes('redis', entries), await measured.logBytesInRedis(setup, entries))
  },
)

test.each([10_000, 40_000])('absences for %i tokens take what is calculated in a cache', patience, async (tokens) => {
  await using setup = await measured.startMeasured()
  assertFits(formulas.cacheMemory(tokens, 100_000), await measured.bytesOf(() => measured.warmCache(setup, tokens)))
})

test.each([
  [6_000, 1],
  [24_000, 1],
  [6_000, 3],
  [24_000, 3],
])('%i sessions, %i a subject, take what is calculated', patience, async (sessions, perSubject) => {
  await using setup = await measured.startMeasured()
  const found = await measured.sessionBytesInRedis(setup, sessions, perSubject)
  assertFits(formulas.sessionBytes('redis', sessions, perSubject), found)
})

test.each([
  [6_000, 1],
  [24_000, 1],
  [6_000, 3],
  [24_000, 3],
])('%i sessions, %i a subject, take the memory of the process that is calculated', patience, async (sessions, each) => {
  assertFits(
    formulas.sessionBytes('memory', sessions, each),
    await measured.bytesOf(() => measured.filledSessions(sessions, each)),
  )
})

test.each([500, 3_000])('%i checks over a redisStore cost what is calculated', patience, async (checks) => {
  await using setup = await measured.startMeasured()
  assertLoadFits(load.lookupLoad('redis', checks), await measured.costOfChecks(setup, checks))
})

test.each([
  [500, 2],
  [2_000, 3],
])('each of %i tokens is looked up once by each of %i caches', patience, async (tokens, instances) => {
  await using setup = await measured.startMeasured()
  const lookups = load.cacheLookups({ tokens, instances, lifetime: 1 })
  assertFits(lookups, await measured.lookupsOfCaches(setup, { tokens, instances }))
})

// Often enough that one read more or less within the time does not count.
test.each([
  [2, 1_000],
  [5, 1_000],
  [5, 2_000],
])('%i idle followers with maxStaleness %i cost what is calculated', patience, async (followers, maxStalenessMs) => {
  await using setup = await measured.startMeasured()
  const found = await measured.costOfFollowers(setup, { followers, revocations: 0, maxStalenessMs })
  const idle = load.followerLoad('redis', followers, maxStalenessMs / 1_000)
  assertLoadFits(scale(idle, found.seconds), found)
})

test.each([
  [2, 1_000],
  [5, 3_000],
])('revocations cost what is calculated: %i followers, %i revocations', patience, async (followers, revocations) => {
  await using setup = await measured.startMeasured()
  const found = await measured.costOfFollowers(setup, { followers, revocations, maxStalenessMs: 5_000 })
  const idle = scale(load.followerLoad('redis', followers, 5), found.seconds)
  const revoked = load.revocationLoad({ revocationsPerSecond: revocations, followers })
  const { commands, received, sent } = revoked
  assertLoadFits(revoked, {
    commands: found.commands - idle.commands,
    received: found.received - idle.received,
    sent: found.sent - idle.sent,
  })
  expect(Math.min(commands, received, sent)).toBeGreaterThan(0)
})
