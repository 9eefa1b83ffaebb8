import { feedCases, storeCases } from '@revoked/conformance'
import { memoryStore } from '@revoked/store-memory'
import { describeCases } from '@revoked/testing/describe-cases'

describeCases('the store contract', storeCases, { open: () => ({ store: memoryStore() }) })
describeCases('the store contract, nearly full', storeCases, {
  open: () => ({ store: memoryStore({ maxMarks: 100 }) }),
})
describeCases('the feed contract', feedCases, { open: () => ({ store: memoryStore() }) })
