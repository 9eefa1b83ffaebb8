import { describe, expect, test } from 'vitest'
import { diagnosePostgres, type PostgresFindingCode } from '../../src/diagnose/index.ts'
import { serverFindings } from '../../src/diagnose/server-findings.ts'
import { migrate, type PostgresClient } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { usePool } from '../support/use-store.ts'

const database = useDatabase()
const timeouts = { query_timeout: 5_000, connectionTimeoutMillis: 2_000 }

async function codesOf(client: PostgresClient, schema: string): Promise<readonly PostgresFindingCode[]> {
  return (await diagnosePostgres(client, { schema })).map(({ code }) => code)
}

async function migrated(): Promise<string> {
  const schema = database.newSchema()
  await migrate(usePool(database.server.url), { schema })
  return schema
}

describe('diagnosePostgres', () => {
  test('finds nothing wrong with a server and a pool that are set up well', async () => {
    const pool = usePool(database.server.url, timeouts)
    expect(await diagnosePostgres(pool, { schema: await migrated() })).toEqual([])
  })

  test('finds missing tables, and says how to create them', async () => {
    const [finding] = await diagnosePostgres(usePool(database.server.url, timeouts), { schema: database.newSchema() })
    expect(finding).toMatchObject({ level: 'error', code: 'missing-migration' })
    expect(finding?.remedy).toContain('migrate(client)')
  })

  test('finds missing rights', async () => {
    const schema = await migrated()
    await database.server.query(`CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA ${schema} TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reader`)
    const url = database.server.url.replace('//revoked@', '//reader@')
    const [finding] = await diagnosePostgres(usePool(url, timeouts), { schema })
    expect(finding).toMatchObject({ level: 'error', code: 'missing-rights' })
    expect(finding?.message).toContain('marks (INSERT, UPDATE, DELETE)')
  })

  test('finds transactions that are read-only', async () => {
    const pool = usePool(database.server.url, { ...timeouts, options: '-c default_transaction_read_only=on' })
    expect(await codesOf(pool, await migrated())).toContain('read-only')
  })

  test('finds commits that a crash would lose', async () => {
    const pool = usePool(database.server.url, { ...timeouts, options: '-c synchronous_commit=off' })
    expect(await codesOf(pool, await migrated())).toContain('loses-commits')
  })

  test('finds tables that are never vacuumed', async () => {
    const schema = await migrated()
    await database.server.query(`ALTER TABLE ${schema}.pending SET (autovacuum_enabled = false)`)
    expect(await codesOf(usePool(database.server.url, timeouts), schema)).toContain('no-autovacuum')
  })

  test('finds a clock that is too far away', async () => {
    const pool = usePool(database.server.url, timeouts)
    const options = { schema: await migrated(), now: () => Date.now() + 45_000 }
    expect(await diagnosePostgres(pool, options)).toMatchObject([{ level: 'warning', code: 'clock-offset' }])
    expect(await diagnosePostgres(pool, { ...options, clockTolerance: '30s' })).toMatchObject([{ level: 'error' }])
  })

  test('finds a pool without timeouts', async () => {
    expect(await codesOf(usePool(database.server.url), await migrated())).toEqual([
      'no-query-timeout',
      'no-connect-timeout',
    ])
  })

  test('finds a client that cannot listen, and one whose notifications do not arrive', async () => {
    const pool = usePool(database.server.url, timeouts)
    const schema = await migrated()
    const execute = async (sql: string, values: readonly (string | null)[]) => (await pool.query(sql, [...values])).rows
    expect(await diagnosePostgres({ execute }, { schema })).toMatchObject([{ level: 'info', code: 'no-wake-ups' }])
    const deaf = { execute, listen: async () => () => undefined }
    expect(await diagnosePostgres(deaf, { schema })).toMatchObject([{ level: 'warning', code: 'no-wake-ups' }])
  })

  test('finds a server that does not answer, and one that refuses the user', async () => {
    const nobody = usePool('postgres://revoked@127.0.0.1:1/postgres', timeouts)
    expect(await codesOf(nobody, 'revoked')).toEqual(['unreachable'])
    const stranger = usePool(database.server.url.replace('//revoked@', '//stranger@'), timeouts)
    expect(await codesOf(stranger, 'revoked')).toEqual(['unauthenticated'])
  })

  test('names versions with known faults, and no others', async () => {
    const state = {
      isReplica: false,
      isReadOnly: false,
      fsync: 'on',
      synchronousCommit: 'on',
      synchronousStandbys: '',
      replicas: 0,
      statementTimeout: '0',
      autovacuum: 'on',
      oldestSnapshotMs: null,
      now: 0,
      tables: [],
    }
    const codes = (version: number) => serverFindings({ ...state, version }).map(({ code }) => code)
    expect([130_023, 140_020, 150_015, 160_011, 170_007, 180_001].flatMap(codes)).toEqual([
      'old-server',
      ...Array.from({ length: 5 }, () => 'faulty-listen'),
    ])
    expect([140_021, 150_018, 160_012, 170_008, 180_002, 190_000].flatMap(codes)).toEqual([])
  })
})
