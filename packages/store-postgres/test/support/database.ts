import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import { afterAll, beforeAll } from 'vitest'

/** The server of a test file, on which each test has a schema. */
export interface Database {
  readonly server: PostgresServer
  /** Returns the name of a schema that nothing has used. */
  readonly newSchema: () => string
}

/** Starts a server for the tests of this file. */
export function useDatabase(settings: Readonly<Record<string, string>> = {}): Database {
  let server: PostgresServer | undefined
  let schemas = 0
  beforeAll(async () => {
    server = await startPostgres({ settings })
  })
  afterAll(async () => {
    await server?.stop()
  })
  return {
    get server() {
      if (server === undefined) throw new Error('The server is not started yet.')
      return server
    },
    newSchema: () => `test_${++schemas}`,
  }
}
