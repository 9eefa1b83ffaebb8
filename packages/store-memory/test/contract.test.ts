import { auditCases, logCases, restoreCases, sessionCases, storeCases } from '@revoked/conformance'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { describeCases } from '@revoked/testing/describe-cases'

describeCases('the store contract', storeCases, { open: () => ({ store: memoryStore() }) })
describeCases('the store contract, nearly full', storeCases, {
  open: () => ({ store: memoryStore({ maxMarks: 100 }) }),
})
describeCases('the log contract', logCases, {
  open: () => ({ store: memoryStore() }),
  openShort: () => ({ store: memoryStore({ logLength: 10 }), logLength: 10 }),
})
describeCases('the contract of restoring', restoreCases, { open: () => ({ store: memoryStore() }) })
describeCases('the contract of session stores', sessionCases, { open: () => ({ store: memorySessions() }) })
describeCases('the contract of audit trails', auditCases, {
  open: () => ({ store: memoryStore({ auditFor: '90d' }) }),
  openShort: () => ({ store: memoryStore({ auditFor: '500ms' }), auditForMs: 500 }),
})
