import type { FollowableStore, RevocationStore } from '@revoked/core'
import { layeredStore, mirroredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { eventually } from '@revoked/testing'
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { subject } from '../support/marks.ts'
import { startProgram } from '../support/run-program.ts'

const [driver] = await sqliteDrivers()
if (driver === undefined) throw new Error('There is no driver.')
const { Database } = driver

const maxStalenessMs = 1_000

/** Opens a store, and another process that records the subjects that it is sent. */
async function openWithRecorder() {
  const folder = temporaryFolder()
  const database = new Database(folder.path())
  const store = sqliteStore(database)
  const recorder = startProgram('record-on-request.mjs', [folder.path()])
  onTestFinished(async () => {
    recorder.process.kill('SIGKILL')
    await recorder.ended
    store.close()
    database.close()
    folder.remove()
  })
  await eventually(() => recorder.lines().length > 0, 'the other process is ready', 20_000)
  let requests = 0

  /** Resolves to when the revocation was acknowledged, in ms since the epoch. */
  async function recordElsewhere(value: string): Promise<number> {
    const line = ++requests
    recorder.process.stdin?.write(`${value}\n`)
    await eventually(() => recorder.lines().length > line, 'the other process records', 10_000)
    return Number(recorder.lines()[line])
  }
  return { store, path: folder.path(), recordElsewhere }
}

interface Trial {
  readonly recordElsewhere: (value: string) => Promise<number>
  readonly count: number
  readonly giveUpMs: number
}

/**
 * Returns how long after its acknowledgement each of some revocations of another process was still
 * answered with "no mark", in ms.
 */
async function stalenessOf(
  cache: RevocationStore,
  { recordElsewhere, count, giveUpMs }: Trial,
): Promise<readonly number[]> {
  const staleness: number[] = []
  for (let index = 0; index < count; index++) {
    const keys = [subject(`user-${index}`)]
    // It is cached that there is none.
    for (let find = 0; find < 3; find++) expect(await cache.find(keys)).toEqual([])
    const acknowledgedAt = await recordElsewhere(`user-${index}`)
    let last = acknowledgedAt
    while ((await cache.find(keys)).length === 0 && last - acknowledgedAt < giveUpMs) {
      last = Date.now()
      await new Promise(setImmediate)
    }
    staleness.push(last - acknowledgedAt)
  }
  return staleness
}

const kinds = {
  layered: (store: FollowableStore) => layeredStore(store, { maxStaleness: '1s' }),
  mirrored: (store: FollowableStore) => mirroredStore(store, { maxStaleness: '1s', local: () => memoryStore() }),
}

test.each(['layered', 'mirrored'] as const)(
  'a %s store refuses what another process revoked',
  async (kind) => {
    const { store, recordElsewhere } = await openWithRecorder()
    const cache = kinds[kind](store)
    onTestFinished(() => cache.close())
    await eventually(() => cache.status().state === 'live', 'the cache follows', 10_000)
    const staleness = await stalenessOf(cache, { recordElsewhere, count: 8, giveUpMs: 2 * maxStalenessMs })
    expect(Math.max(...staleness)).toBeLessThan(maxStalenessMs)
    // The watcher looks every 20 ms. Without it, a read is made every quarter of the bound.
    expect(staleness.toSorted((a, b) => a - b)[4]).toBeLessThan(maxStalenessMs / 4)
  },
  60_000,
)

test('a store that trusts data_version of another connection than its last one is detected', async () => {
  const { store, path, recordElsewhere } = await openWithRecorder()
  let seen: unknown
  const trusting: FollowableStore = {
    ...store,
    subscribe: (log) => store.subscribe(log, { entries: () => {}, wake: () => {} }),
    read: async (log, after) => {
      // Each connection begins to count with its first look, so this never sees a change.
      const fresh = new Database(path)
      const version = JSON.stringify(fresh.prepare('PRAGMA data_version').get())
      fresh.close()
      if (after !== undefined && version === seen) return { reset: false, entries: [], position: after, complete: true }
      seen = version
      return await store.read(log, after)
    },
  }
  const cache = layeredStore(trusting, { maxStaleness: '250ms' })
  onTestFinished(() => cache.close())
  await eventually(() => cache.status().state === 'live', 'the cache follows', 10_000)
  const [staleness] = await stalenessOf(cache, { recordElsewhere, count: 1, giveUpMs: 1_000 })
  expect(staleness).toBeGreaterThan(500)
}, 60_000)
