import { AssertionError } from 'node:assert'
import { type ConformanceCase, failureCases, type StoreSubject, storeCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { brokenStores, honestStore, lyingStore } from './broken-stores.ts'

function caseCalled(name: string): ConformanceCase<StoreSubject> {
  const found = storeCases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no case called "${name}".`)
  return found
}

describeCases('a correct store passes', storeCases, { open: () => ({ store: plainStore() }) })
describeCases('a store that can fail passes', storeCases, { open: honestStore })
describeCases('a store that rejects while its backend is away passes', failureCases, { open: honestStore })

describe('a broken store is convicted', () => {
  for (const { bug, convictedBy, open } of brokenStores) {
    test(`${bug}: by "${convictedBy}"`, async () => {
      await expect(caseCalled(convictedBy).run({ open: () => ({ store: open() }) })).rejects.toThrow(AssertionError)
    })
  }

  for (const { name, run } of failureCases) {
    test(`answers [] on failure: by "${name}"`, async () => {
      await expect(run({ open: lyingStore })).rejects.toThrow(AssertionError)
    })
  }
})

test('every case convicts at least one broken store, or is a plainer form of one that does', () => {
  const plainer = ['answers an empty array where nothing is recorded', 'merges a batch that names one key twice']
  const convicting = new Set(brokenStores.map(({ convictedBy }) => convictedBy))
  expect(storeCases.map(({ name }) => name).filter((name) => !convicting.has(name))).toEqual(plainer)
})

test('closes every store that it opened, also after a failure', async () => {
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
