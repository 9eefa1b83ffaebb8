export type { AuditCase, AuditSubject, OpenShortTrail } from './audit/audit-subject.ts'
export { auditCases } from './audit-cases.ts'
export type { ConformanceCase, OpenStore, StoreSubject } from './case.ts'
export { auditFailureCases, type BreakableStore, failureCases, logFailureCases } from './failure-cases.ts'
export type { LogCase, LogSubject, OpenShortLog } from './log/log-subject.ts'
export { logCases } from './log-cases.ts'
export { type RestoreCase, type RestoreSubject, restoreCases } from './restore-cases.ts'
export { sessionCases } from './session-cases.ts'
export {
  type BreakableSessionSubject,
  type BreakableSessions,
  sessionFailureCases,
} from './session-failure-cases.ts'
export type { OpenSessions, SessionSubject } from './session-subject.ts'
export { sessionTransactionCases } from './session-transaction-cases.ts'
export { storeCases } from './store-cases.ts'
export type {
  OpenTransaction,
  OpenTransactional,
  OpenTransactionalSessions,
  TransactionCase,
  TransactionSubject,
} from './transaction/transaction-subject.ts'
export { transactionAuditCases } from './transaction-audit-cases.ts'
export { transactionCases } from './transaction-cases.ts'
export { transactionLogCases } from './transaction-log-cases.ts'
