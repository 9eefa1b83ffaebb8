import { createRevocation } from '@revoked/core'
import { expect, test } from 'vitest'
import { readPostgresSettings } from '../../src/diagnose/index.ts'
import { migrate, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { usePool } from '../support/use-store.ts'

const database = useDatabase()

test('reads what services have agreed on, and keeps nothing of its own', async () => {
  const pool = usePool(database.server.url)
  const schema = database.newSchema()
  await migrate(pool, { schema })
  expect(await readPostgresSettings(pool, { schema })).toBeUndefined()
  // A store with another option is not refused: nothing was settled.
  const store = postgresStore(pool, { schema, hashIds: true })
  await createRevocation({ store, maxTokenLifetime: '1h', claims: ['client_id'] }).ready()
  expect(await readPostgresSettings(pool, { schema })).toMatchObject({
    maxTokenLifetime: 3_600_000,
    claims: ['client_id'],
    hashIds: true,
    hashSubjects: undefined,
  })
})

test('rejects with what to do if the tables are missing', async () => {
  const pool = usePool(database.server.url)
  await expect(readPostgresSettings(pool, { schema: database.newSchema() })).rejects.toThrow(/run migrate\(client\)/)
})
