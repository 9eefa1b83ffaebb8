import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/files.ts'
import { killWriter } from '../support/kill-writers.ts'

// A child process uses the first driver of its Node.
const [driver] = await sqliteDrivers()
if (driver === undefined) throw new Error('There is no driver.')

const kills = 200
/** Then a new file, because inspecting one takes longer the more it holds. */
const killsOfFile = 10

/** Kills that many writers, two at a time over one file. Returns what was acknowledged and lost. */
async function killMany(kind: 'honest' | 'early', enough: (lost: readonly string[]) => boolean) {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  const totals = { kills: 0, acknowledged: 0, lost: [] as string[], faults: [] as string[] }
  const loop = async (lane: number): Promise<void> => {
    while (totals.kills < kills && !enough(totals.lost)) {
      const number = totals.kills++
      const path = folder.path(`${Math.floor(number / killsOfFile)}.db`)
      const left = await killWriter(driver as NonNullable<typeof driver>, { path, name: `${lane}.${number}`, kind })
      totals.acknowledged += left.acknowledged
      totals.lost.push(...left.lost)
      totals.faults.push(...left.faults)
    }
  }
  await Promise.all([0, 1].map(loop))
  return totals
}

describe(`over ${driver.name}`, { timeout: 540_000 }, () => {
  test('200 writers that are killed while they write lose nothing that they acknowledged', async () => {
    const { lost, faults, acknowledged } = await killMany('honest', () => false)
    expect({ lost, faults }).toEqual({ lost: [], faults: [] })
    expect(acknowledged).toBeGreaterThan(kills)
  })

  test('a writer that acknowledges before the commit is detected', async () => {
    const { lost } = await killMany('early', (found) => found.length > 0)
    expect(lost.length).toBeGreaterThan(0)
  })
})
