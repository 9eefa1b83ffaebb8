export type { ConformanceCase, OpenStore, StoreSubject } from './case.ts'
export { type BreakableStore, failureCases } from './failure-cases.ts'
export { feedCases } from './feed-cases.ts'
export { storeCases } from './store-cases.ts'
