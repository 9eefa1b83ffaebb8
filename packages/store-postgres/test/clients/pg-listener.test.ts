import { eventually } from '@revoked/testing'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrate, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase({ fsync: 'off' })
const silent = { entries: () => undefined, wake: () => undefined }

test('a connection on which the server refuses to listen is ended', async () => {
  /** Sends a statement that the server refuses in place of LISTEN. */
  class Refused extends pg.Client {
    override query(...query: unknown[]): never {
      const [{ text = '' } = {}] = query as readonly { readonly text?: string }[]
      const sent = text.startsWith('LISTEN') ? [{ text: 'SELECT 1 / 0 AS refused' }] : query
      return Reflect.apply(pg.Client.prototype.query, this, sent) as never
    }
  }
  const schema = database.newSchema()
  const config = { connectionString: database.server.url, application_name: schema, Client: Refused }
  const pool = new pg.Pool(config)
  onTestFinished(() => pool.end())
  await migrate(pool, { schema })
  const subscription = postgresStore(pool, { schema }).subscribe(0, silent)
  onTestFinished(() => subscription.close())
  await eventually(() => subscription.status().lastFailure !== undefined, 'an attempt fails')
  expect(subscription.status()).toMatchObject({ isOpen: false, lastFailure: { code: '22012' } })
  const refused = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query LIKE '%AS refused'"
  subscription.close()
  await eventually(async () => (await database.server.query(refused, [schema])).length === 0, 'they are ended')
})

test('a closed subscription leaves nothing on a client of the application', async () => {
  const client = new pg.Client({ connectionString: database.server.url })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  const schema = database.newSchema()
  await migrate(client, { schema })
  const countListeners = () => ['notification', 'end', 'error'].map((event) => client.listenerCount(event))
  const before = countListeners()
  const subscription = postgresStore(client, { schema }).subscribe(0, silent)
  await eventually(() => subscription.status().isOpen, 'the subscription opens')
  expect(countListeners()).not.toEqual(before)
  subscription.close()
  expect(countListeners()).toEqual(before)
})
