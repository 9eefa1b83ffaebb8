import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/files.ts'
import { killWriter } from '../support/kill-writers.ts'

const [driver] = await sqliteDrivers()
if (driver === undefined) throw new Error('There is no driver.')

test('loses nothing that was acknowledged to a writer that is killed', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  for (const name of ['a', 'b']) {
    const left = await killWriter(driver, { path: folder.path(), name, kind: 'honest' })
    expect(left).toMatchObject({ lost: [], faults: [] })
    expect(left.acknowledged).toBeGreaterThan(0)
  }
})
