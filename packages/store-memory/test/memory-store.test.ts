import { feedCases, storeCases } from '@revoked/core/conformance'
import { memoryStore } from '@revoked/store-memory'
import { describe, test } from 'vitest'

describe('the store contract', () => {
  for (const { name, run } of storeCases) test(name, () => run({ open: () => ({ store: memoryStore() }) }))
})
describe('the feed contract', () => {
  for (const { name, run } of feedCases) test(name, () => run({ open: () => ({ store: memoryStore() }) }))
})
describe('full', () => {
  for (const { name, run } of storeCases)
    test(name, () => run({ open: () => ({ store: memoryStore({ maxMarks: 100 }) }) }))
})
