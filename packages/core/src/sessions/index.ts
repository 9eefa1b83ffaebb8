export { assertOpenLimit, assertSessionUse, assertStoredSession } from './assert-session.ts'
export {
  type CloseRange,
  closeAllRememberedMs,
  type OpenLimit,
  type OpenResult,
  type SessionKey,
  type SessionStore,
  type SessionUse,
  type StoredSession,
  sessionExpiresAt,
  usedSession,
} from './session-store.ts'
export { areTransactional, type TransactionalSessionStore } from './transactional-sessions.ts'
