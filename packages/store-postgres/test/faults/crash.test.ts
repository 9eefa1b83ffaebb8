import { eventually } from '@revoked/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type AuditedPostgresStore, migrate, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { newPool } from '../support/drivers.ts'
import { someMark, token } from '../support/samples.ts'

const database = useDatabase()
const rounds = (process.env['REVOKED_TESTS'] ?? 'main') === 'main' ? 2 : 20

/** Writes until the server is gone, and notes the batches that were acknowledged. */
async function writeUntilKilled(store: AuditedPostgresStore, round: number, acknowledged: string[]): Promise<void> {
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; ; index++) {
        const batch = `${round}.${writer}.${index}`
        const marks = Array.from({ length: 1 + (index % 7) }, (__, part) => ({
          key: token(`${batch}/${part}`),
          mark: someMark(),
        }))
        const note = { at: Date.now(), actor: batch, subjects: marks.map(() => undefined) }
        try {
          await store.record(marks, note)
        } catch {
          return
        }
        acknowledged.push(batch)
      }
    }),
  )
}

test(`loses nothing that was acknowledged, if the server is killed ${rounds} times in the middle of writes`, {
  timeout: 60_000,
}, async () => {
  const { server } = database
  const pool = newPool(server.url)
  pool.on('connect', (client) => client.on('error', () => undefined))
  onTestFinished(() => pool.end())
  await migrate(pool)
  const store = postgresStore(pool, { auditFor: '1h' })
  const acknowledged: string[] = []
  for (let round = 0; round < rounds; round++) {
    const before = acknowledged.length
    const writing = writeUntilKilled(store, round, acknowledged)
    await eventually(() => acknowledged.length > before + 40, 'much is written')
    await server.restart()
    await writing
    await eventually(() => store.find([token('any')]), 'the store answers again')
  }
  expect(acknowledged.length).toBeGreaterThan(rounds * 40)
  const sizeOf = (batch: string): number => 1 + (Number(batch.split('.')[2]) % 7)
  const keys = acknowledged.flatMap((batch) =>
    Array.from({ length: sizeOf(batch) }, (_, part) => token(`${batch}/${part}`)),
  )
  const found = new Set((await store.find(keys)).map(({ key }) => key.value))
  expect(keys.filter(({ value }) => !found.has(value))).toEqual([])
  const { rows } = await pool.query('SELECT actor, count(*)::int AS entries FROM revoked.audit GROUP BY actor')
  const entries = new Map(rows.map((row) => [row.actor, row.entries]))
  expect(acknowledged.filter((batch) => entries.get(batch) !== sizeOf(batch))).toEqual([])
  // Each mark that is there is in the log, or waits for its place there.
  await store.read(0)
  const { rows: unlogged } = await pool.query(
    'SELECT value FROM revoked.marks WHERE value NOT IN (SELECT value FROM revoked.log UNION SELECT value FROM revoked.pending)',
  )
  expect(unlogged).toEqual([])
})
