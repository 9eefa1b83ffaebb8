export type { ConformanceCase, OpenStore, StoreSubject } from './case.ts'
export { type BreakableStore, failureCases, logFailureCases } from './failure-cases.ts'
export type { LogCase, LogSubject, OpenShortLog } from './log/log-subject.ts'
export { logCases } from './log-cases.ts'
export { sessionCases } from './session-cases.ts'
export {
  type BreakableSessionSubject,
  type BreakableSessions,
  sessionFailureCases,
} from './session-failure-cases.ts'
export type { OpenSessions, SessionSubject } from './session-subject.ts'
export { storeCases } from './store-cases.ts'
