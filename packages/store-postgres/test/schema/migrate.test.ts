import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { migrate, postgresSessions, postgresStore } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { someMark, token } from '../support/samples.ts'
import { usePool, useStore } from '../support/use-store.ts'

const database = useDatabase({ fsync: 'off' })

describe('migrate', () => {
  test('may run again, and by several processes at once, and keeps what is there', async () => {
    const { store, pool, schema } = await useStore(database)
    await store.record([{ key: token('a'), mark: someMark() }])
    await Promise.all(Array.from({ length: 5 }, () => migrate(pool, { schema })))
    expect(await store.find([token('a')])).toHaveLength(1)
    const other = database.newSchema()
    await Promise.all(Array.from({ length: 5 }, () => migrate(pool, { schema: other })))
    expect(await postgresStore(pool, { schema: other }).find([token('a')])).toEqual([])
  })

  test('runs what the files of the package say, in their order', async () => {
    const folder = new URL('../../migrations/', import.meta.url)
    const pool = usePool(database.server.url)
    for (const name of (await readdir(folder)).sort()) await pool.query(await readFile(new URL(name, folder), 'utf8'))
    const store = postgresStore(pool)
    await store.record([{ key: token('a'), mark: someMark() }])
    expect(await store.find([token('a')])).toHaveLength(1)
    await migrate(pool)
    expect(await store.find([token('a')])).toHaveLength(1)
  })

  test('refuses names of schemas that would be more than names', async () => {
    const pool = usePool(database.server.url)
    for (const schema of ['', 'a b', 'Auth', 'a;drop table x', 'a"', '1a', 'x'.repeat(49)]) {
      await expect(migrate(pool, { schema })).rejects.toThrow(TypeError)
      expect(() => postgresStore(pool, { schema })).toThrow(TypeError)
    }
  })
})

describe('a store', () => {
  test('says what to do if its tables are missing, and works as soon as they are there', async () => {
    const schema = database.newSchema()
    const pool = usePool(database.server.url)
    const store = postgresStore(pool, { schema })
    await expect(store.find([token('a')])).rejects.toThrow(/run migrate\(client\)/)
    await migrate(pool, { schema })
    expect(await store.find([token('a')])).toEqual([])
  })

  test('refuses tables of another version', async () => {
    const { pool, schema } = await useStore(database)
    await pool.query(`UPDATE ${schema}.settings SET value = '2' WHERE name = 'format'`)
    await expect(postgresStore(pool, { schema }).find([token('a')])).rejects.toThrow(/another version/)
  })

  test('refuses tables that were written with another option, within seconds of a mistake', async () => {
    const { store, pool, schema } = await useStore(database)
    await store.record([{ key: token('a'), mark: someMark() }])
    const hashed = postgresStore(pool, { schema, hashIds: true })
    await expect(hashed.find([token('a')])).rejects.toThrow(/hashIds: false/)
    await postgresSessions(pool, { schema, hashSubjects: true }).count('ada')
    await expect(postgresSessions(pool, { schema }).count('ada')).rejects.toThrow(/hashSubjects: true/)
  })

  test('keeps no id in the clear with hashIds', async () => {
    const { store, pool, schema } = await useStore(database, { hashIds: true })
    const secret = 'a-very-secret-id'
    const key = token(secret)
    const note = { at: Date.now(), subjects: [{ scope: 'sub', value: secret }] }
    await store.record([{ key, mark: someMark() }], note)
    await store.read(0)
    await store.forget([key], note)
    for (const table of ['marks', 'pending', 'log', 'audit']) {
      const { rows } = await pool.query(`SELECT t::text AS text FROM ${schema}.${table} AS t`)
      expect(rows.filter(({ text }) => text.includes(secret))).toEqual([])
    }
  })

  test('works for a user with rights on rows alone', async () => {
    const { schema } = await useStore(database)
    await database.server.query(`CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA ${schema} TO app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO app`)
    const pool = usePool(database.server.url.replace('//revoked@', '//app@'))
    const store = postgresStore(pool, { schema, auditFor: '1h' })
    const { position } = await store.read(0)
    await store.record([{ key: token('a'), mark: someMark() }], { at: Date.now(), subjects: [undefined] })
    expect(await store.read(0, position)).toMatchObject({ reset: false, complete: true })
    await store.forget([token('a')])
    expect(await postgresSessions(pool, { schema }).count('ada')).toBe(0)
  })
})
