import { AssertionError } from 'node:assert'
import { type LogCase, logCases } from '@revoked/conformance'
import { describe, expect, test } from 'vitest'
import { brokenEntries } from './support/broken-entries.ts'
import { brokenKeys } from './support/broken-keys.ts'
import { brokenPushes } from './support/broken-pushes.ts'
import { brokenReads } from './support/broken-reads.ts'
import { brokenResets } from './support/broken-resets.ts'
import { brokenScans } from './support/broken-scans.ts'

const broken = [...brokenReads, ...brokenResets, ...brokenEntries, ...brokenKeys, ...brokenPushes, ...brokenScans]

function caseCalled(name: string): LogCase {
  const found = logCases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no case called "${name}".`)
  return found
}

describe.concurrent('a broken log is detected', () => {
  for (const { bug, detectedBy, open } of broken) {
    test(`${bug}: by "${detectedBy}"`, async ({ expect }) => {
      const run = caseCalled(detectedBy).run({
        open: () => open({}),
        openShort: () => ({ ...open({ logLength: 10 }), logLength: 10 }),
      })
      await expect(run).rejects.toThrow(AssertionError)
    }, 20_000)
  }
})

test('every log case detects at least one broken log', () => {
  const detecting = new Set(broken.map(({ detectedBy }) => detectedBy))
  expect(logCases.map(({ name }) => name).filter((name) => !detecting.has(name))).toEqual([])
})
