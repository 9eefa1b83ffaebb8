import { migrate } from '@revoked/store-postgres'
import { type FaultProxy, startFaultProxy } from '@revoked/testing'
import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import pg from 'pg'
import type { Setup } from './setup.ts'

/** The schema of the store. */
export const schema = 'oracle'

/**
 * A setup of one server of PostgreSQL. Statements and listeners of the readers pass through one
 * proxy each, and the writer is connected directly.
 */
export interface PostgresSetup extends Setup {
  readonly server: PostgresServer
  readonly statements: FaultProxy
  readonly listeners: FaultProxy
}

/**
 * Starts a server with two proxies. Beside the log, a trigger fills one whose order is a serial.
 */
export async function startPostgresSetup(): Promise<PostgresSetup> {
  const server = await startPostgres()
  const { port } = server
  await createTables(server.url)
  const statements = await startFaultProxy(port)
  const listeners = await startFaultProxy(port)
  const site = { kind: 'postgres', port: statements.port, subscriberPort: listeners.port, prefix: schema } as const
  return {
    server,
    statements,
    listeners,
    tag: schema,
    readerSites: [
      { ...site, library: 'pg' },
      { ...site, library: 'executor' },
    ],
    writerSite: { kind: 'postgres', port, prefix: schema },
    stop: async () => {
      await Promise.all([statements.stop(), listeners.stop(), server.stop()])
    },
  }
}

/** Creates the tables of the store, and a log whose order is that of a serial. */
export async function createTables(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url })
  try {
    await migrate(pool, { schema })
    await pool.query(`
      CREATE TABLE ${schema}.serial_log (id bigserial PRIMARY KEY, scope text, value text, mark text);
      CREATE FUNCTION ${schema}.log_serially() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ${schema}.serial_log (scope, value, mark) VALUES (new.scope, new.value, new.mark);
        RETURN new;
      END $$;
      CREATE TRIGGER log_serially AFTER INSERT OR UPDATE ON ${schema}.marks
        FOR EACH ROW EXECUTE FUNCTION ${schema}.log_serially();
    `)
  } finally {
    await pool.end()
  }
}
