import { AssertionError } from 'node:assert'
import { type ConformanceCase, failureCases, type StoreSubject, storeCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { brokenAgreements } from './support/broken-agreements.ts'
import { brokenStores } from './support/broken-stores.ts'
import { honestStore, lyingStore } from './support/failing-stores.ts'

const broken = [...brokenStores, ...brokenAgreements]

function caseCalled(name: string): ConformanceCase<StoreSubject> {
  const found = storeCases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no case called "${name}".`)
  return found
}

describeCases('a correct store passes', storeCases, { open: () => ({ store: plainStore() }) })
describeCases('a store that can fail passes', storeCases, { open: honestStore })
describeCases('a store that rejects while its backend is unreachable passes', failureCases, { open: honestStore })

describe('a broken store is detected', () => {
  for (const { bug, detectedBy, open } of broken) {
    test(`${bug}: by "${detectedBy}"`, async () => {
      await expect(caseCalled(detectedBy).run({ open: () => ({ store: open() }) })).rejects.toThrow(AssertionError)
    })
  }

  for (const { name, run } of failureCases) {
    test(`answers on failure: by "${name}"`, async () => {
      await expect(run({ open: lyingStore })).rejects.toThrow(AssertionError)
    })
  }
})

test('every case detects a broken store, or is a simpler form of one that does', () => {
  const plainer = ['returns an empty array if nothing is recorded', 'merges a batch that names one key twice']
  const detecting = new Set(broken.map(({ detectedBy }) => detectedBy))
  expect(storeCases.map(({ name }) => name).filter((name) => !detecting.has(name))).toEqual(plainer)
})

test('closes every store that it opened, even after a failure', async () => {
  let open = 0
  const subject = {
    open: () => {
      open++
      const store = { ...plainStore(), find: () => [] }
      return { store, close: () => void open-- }
    },
  }
  await Promise.allSettled(storeCases.map(({ run }) => run(subject)))
  expect(open).toBe(0)
})
