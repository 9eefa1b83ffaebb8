import type { LogPosition } from '@revoked/core'
import { expect, test } from 'vitest'
import type { PostgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { beginOn } from '../support/drivers.ts'
import { someMark, token } from '../support/samples.ts'
import { usePool, useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })
const writers = 12
const transactionsOfWriter = 25

/** Reads what follows, as often as it is called. */
type ReadOn = () => Promise<readonly string[]>

/**
 * Lets transactions commit in another order than they write, while a follower reads on. Returns the
 * keys that the follower has never seen.
 */
async function missedBy(readOn: ReadOn, write: (value: string, turns: number) => Promise<void>): Promise<string[]> {
  const seen = new Set<string>()
  const written: string[] = []
  let isOver = false
  const following = (async () => {
    while (!isOver) for (const value of await readOn()) seen.add(value)
  })()
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let index = 0; index < transactionsOfWriter; index++) {
        const value = `${writer}/${index}`
        await write(value, (writer * 7 + index * 3) % 20)
        written.push(value)
      }
    }),
  )
  isOver = true
  await following
  for (const value of await readOn()) seen.add(value)
  return written.filter((value) => !seen.has(value))
}

/** Follows the log as the contract says. */
function followLog(store: PostgresStore, start: LogPosition): ReadOn {
  let at = start
  return async () => {
    const values: string[] = []
    for (;;) {
      const page = await store.read(0, at)
      if (page.reset) throw new Error('The log was reset.')
      values.push(...page.entries.map(({ key }) => key.value))
      at = page.entries.at(-1)?.position ?? at
      if (page.complete) return values
    }
  }
}

test('a follower of the log misses no change, in whatever order transactions commit', async () => {
  const { store } = await useStore(database)
  const pool = usePool(database.server.url, { max: writers })
  const { position } = await store.read(0)
  const missed = await missedBy(followLog(store, position), async (value, turns) => {
    const { transaction, commit } = await beginOn(pool)
    await store.within(transaction as never).record([{ key: token(value), mark: someMark() }])
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await commit()
  })
  expect(missed).toEqual([])
})

test('control: a follower that trusts a serial misses changes', async () => {
  const pool = usePool(database.server.url, { max: writers + 1 })
  await pool.query('CREATE TABLE serial_log (id bigserial PRIMARY KEY, value text NOT NULL)')
  let last = 0
  const readOn: ReadOn = async () => {
    const { rows } = await pool.query('SELECT id::int, value FROM serial_log WHERE id > $1 ORDER BY id', [last])
    last = rows.at(-1)?.id ?? last
    return rows.map(({ value }) => value)
  }
  const missed = await missedBy(readOn, async (value, turns) => {
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO serial_log (value) VALUES ($1)', [value])
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await client.query('COMMIT')
    client.release()
  })
  expect(missed.length).toBeGreaterThan(0)
})

test('entries of one key have the order in which its marks were merged', async () => {
  const { store } = await useStore(database)
  const { position } = await store.read(0)
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; index < 20; index++)
        await store.record([{ key: token('one'), mark: someMark({ cutoff: index * 8 + writer }) }])
    }),
  )
  const page = await store.read(0, position)
  const cutoffs = page.reset ? [] : page.entries.map(({ mark }) => mark?.cutoff ?? 0)
  expect(cutoffs.length).toBeGreaterThan(1)
  expect(cutoffs).toEqual([...cutoffs].sort((a, b) => a - b))
  expect(cutoffs.at(-1)).toBe(159)
})

test('entries of a transaction that began early follow those of others that it waited for', async () => {
  const { store, pool } = await useStore(database)
  const { position } = await store.read(0)
  const { transaction, commit } = await beginOn(pool)
  const inside = store.within(transaction as never)
  // The transaction gets its number here, before the other one does.
  await inside.record([{ key: token('first'), mark: someMark() }])
  const others = Array.from({ length: 5_200 }, (_, index) => ({
    key: token(`o${index}`),
    mark: someMark({ cutoff: 1 }),
  }))
  await store.record(others)
  await inside.record([{ key: token('o5199'), mark: someMark({ cutoff: 2 }) }])
  await commit()
  const cutoffs: (number | undefined)[] = []
  for (let at = position, isOver = false; !isOver; ) {
    const page = await store.read(0, at)
    if (page.reset) throw new Error('The log was reset.')
    for (const { key, mark } of page.entries) if (key.value === 'o5199') cutoffs.push(mark?.cutoff)
    at = page.entries.at(-1)?.position ?? at
    isOver = page.complete
  }
  expect(cutoffs).toEqual([1, 2])
})
