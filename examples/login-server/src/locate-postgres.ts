import { randomBytes } from 'node:crypto'
import { startPostgres } from '@revoked/testing/postgres'
import pg from 'pg'
import type { LocatedServer } from './located-server.ts'
import { SetupError } from './setup-error.ts'

/**
 * Returns the PostgreSQL of `DATABASE_URL`, or starts one if the variable is not set. The tables
 * are in a schema with a random name.
 *
 * @throws SetupError if there is no PostgreSQL to use.
 */
export async function locatePostgres(): Promise<LocatedServer> {
  const { DATABASE_URL = '' } = process.env
  const schema = `revoked_demo_${randomBytes(4).toString('hex')}`
  return DATABASE_URL === '' ? await startOwn(schema) : borrow(DATABASE_URL, schema)
}

async function startOwn(prefix: string): Promise<LocatedServer> {
  const own = await startPostgres().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'It did not start'
    throw new SetupError(
      `This store needs a PostgreSQL server. ${reason.replace(/\.$/, '')}. Set DATABASE_URL to use one that runs already.`,
      { cause },
    )
  })
  const description = `PostgreSQL on port ${own.port} (process ${own.pid}), started for this run and stopped at its end`
  return { kind: 'PostgreSQL', url: own.url, prefix, description, own, close: own.stop }
}

function borrow(url: string, prefix: string): LocatedServer {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new SetupError('DATABASE_URL must be a URL that begins with postgres:// or postgresql://.')
  return {
    kind: 'PostgreSQL',
    url,
    prefix,
    description: `the server of DATABASE_URL; the schema ${prefix} is removed at the end`,
    close: () => removeSchema(url, prefix),
  }
}

async function removeSchema(connectionString: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  } catch (cause) {
    throw new SetupError(`Cannot remove the schema ${schema} from the PostgreSQL of DATABASE_URL.`, { cause })
  } finally {
    await client.end()
  }
}
