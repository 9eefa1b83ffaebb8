import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteStore } from '../../src/index.ts'
import { temporaryFolder } from '../support/files.ts'
import { subject } from '../support/marks.ts'
import { startProgram } from '../support/run-program.ts'

const [driver] = await sqliteDrivers()
if (driver === undefined) throw new Error('There is no driver.')
const { Database } = driver

const count = 100

test('processes that open a new file at once and write lose nothing', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  const names = ['a', 'b', 'c']
  const writers = names.map((name) => startProgram('write-keys.mjs', [folder.path(), name, `${count}`]))
  const ends = await Promise.all(writers.map(({ ended }) => ended))
  for (const { how, errors } of ends) expect({ how, errors }).toEqual({ how: 0, errors: '' })

  // Exactly one process was the first for each common key.
  const first = ends.flatMap(({ output }): number[] => JSON.parse(output))
  expect(first.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))

  const database = new Database(folder.path())
  const store = sqliteStore(database)
  onTestFinished(() => {
    store.close()
    database.close()
  })
  const own = names.flatMap((name) => Array.from({ length: count }, (_, index) => subject(`own-${name}-${index}`)))
  expect(await store.find(own)).toHaveLength(own.length)
  const { position } = await store.read(0)
  const page = await store.read(0, { ...position, sequence: 0, tip: '' })
  expect(page).toMatchObject({ reset: false })
  expect(position.sequence).toBeGreaterThanOrEqual(own.length + count)
})
