import type { OpenTransaction } from '@revoked/conformance'
import { afterAll, beforeAll } from 'vitest'
import { type AuditedPostgresStore, migrate, type PostgresStoreOptions, postgresStore } from '../../src/index.ts'
import type { Database } from './database.ts'
import type { OpenedClient, PostgresDriver } from './drivers.ts'

/** An empty store in a new schema, and another handle on it, as another process has it. */
export interface OpenedStore {
  readonly store: AuditedPostgresStore
  readonly peer: AuditedPostgresStore
  readonly schema: string
  /** Begins a transaction of the application. */
  readonly begin: () => Promise<OpenTransaction>
}

/** Opens two handles over two clients. */
export async function openStores(
  { newSchema }: Database,
  [first, second]: readonly [OpenedClient, OpenedClient],
  options: PostgresStoreOptions = {},
): Promise<OpenedStore> {
  const schema = newSchema()
  await migrate(second.client, { schema })
  const all = { auditFor: '90d', schema, ...options } as const
  return {
    store: postgresStore(first.client, all),
    peer: postgresStore(second.client, all),
    schema,
    begin: first.begin,
  }
}

/** A store that loses its client at `breakDown`. */
export interface Breakable {
  readonly breakDown: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens stores over clients that no other test uses. */
export async function breakable<Opened>(
  { server }: Database,
  driver: PostgresDriver,
  open: (clients: readonly [OpenedClient, OpenedClient]) => Promise<Opened>,
): Promise<Opened & Breakable> {
  const clients = [driver.open(server.url), driver.open(server.url)] as const
  let broken: Promise<void> | undefined
  const breakDown = (): Promise<void> => {
    broken ??= clients[0].close()
    return broken
  }
  const close = async (): Promise<void> => {
    await breakDown()
    await clients[1].close()
  }
  return { ...(await open(clients)), breakDown, close }
}

/** Opens two clients for the tests of a file. */
export function useClients(database: Database, driver: PostgresDriver): () => readonly [OpenedClient, OpenedClient] {
  let clients: readonly [OpenedClient, OpenedClient] | undefined
  beforeAll(() => {
    clients = [driver.open(database.server.url), driver.open(database.server.url)]
  })
  afterAll(async () => {
    for (const client of clients ?? []) await client.close()
  })
  return () => {
    if (clients === undefined) throw new Error('The clients are not open yet.')
    return clients
  }
}
