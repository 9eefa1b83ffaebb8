import { startRedis } from '@revoked/testing'
import { startPostgres } from '@revoked/testing/postgres'
import type { SqliteDriver } from '@revoked/testing/sqlite-drivers'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { secretly } from './everything-secret.ts'

/** An error of a client as the client throws it, with a secret in its message or members. */
export interface ClientError {
  readonly client: string
  readonly error: unknown
  /** The word that may be exported of it. */
  readonly type: string
}

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('The call has not failed.')
}

/**
 * Returns errors of both clients of Redis, of a server that does not know a command, and of none.
 */
export async function errorsOfRedis(): Promise<readonly ClientError[]> {
  const server = await startRedis()
  const [command, argument] = [secretly('command'), secretly('subject')]
  const ioredis = new Redis(server.port, { maxRetriesPerRequest: 0, enableOfflineQueue: true })
  ioredis.on('error', () => undefined)
  const nodeRedis = createClient({ url: server.url })
  nodeRedis.on('error', () => undefined)
  await nodeRedis.connect()
  const replies = [
    { client: 'ioredis, by a reply', error: await errorOf(() => ioredis.call(command, argument)), type: '_OTHER' },
    {
      client: 'node-redis, by a reply',
      error: await errorOf(() => nodeRedis.sendCommand([command, argument])),
      type: '_OTHER',
    },
  ]
  ioredis.disconnect()
  nodeRedis.destroy()
  await server.stop()
  const lost = new Redis(server.port, { lazyConnect: true, retryStrategy: () => null, connectionName: argument })
  const refused: { error?: unknown } = {}
  lost.on('error', (error) => {
    refused.error = error
  })
  await lost.connect().catch(() => undefined)
  return [...replies, { client: 'ioredis, by its socket', error: refused.error, type: 'ECONNREFUSED' }]
}

/** Returns errors of pg: of a value, of a constraint, of a login, and of no server. */
export async function errorsOfPg(): Promise<readonly ClientError[]> {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.url })
  const subject = secretly('subject')
  const value = await errorOf(() => pool.query('SELECT $1::int', [subject]))
  await pool.query('CREATE TABLE people (id text PRIMARY KEY)')
  await pool.query('INSERT INTO people VALUES ($1)', [subject])
  const duplicate = await errorOf(() => pool.query('INSERT INTO people VALUES ($1)', [subject]))
  await pool.end()
  const stranger = (host: string, port: number) => new pg.Client({ host, port, user: subject, database: subject })
  const login = await errorOf(() => stranger(server.host, server.port).connect())
  await server.stop()
  const socket = await errorOf(() => stranger(server.host, server.port).connect())
  return [
    { client: 'pg, by a value', error: value, type: 'data_exception' },
    { client: 'pg, by a constraint', error: duplicate, type: 'integrity_violation' },
    { client: 'pg, by a login', error: login, type: 'invalid_authorization' },
    { client: 'pg, by its socket', error: socket, type: 'ECONNREFUSED' },
  ]
}

/** Returns an error of a driver of SQLite. */
export async function errorsOfSqlite({ name, Database }: SqliteDriver): Promise<readonly ClientError[]> {
  const database = new Database(':memory:')
  const error = await errorOf(() => database.exec(`SELECT * FROM "${secretly('subject')}"`))
  database.close()
  return [{ client: name, error, type: 'SQLITE_ERROR' }]
}
