export type { AllowlistOptions, ListedId } from './allowlist/allowlist-options.ts'
export type { AuditOptions } from './audit/read-trail.ts'
export type { CheckOptions } from './check/check.ts'
export type { ExplainOptions, Explanation } from './check/explain.ts'
export type { FailDecision, FailPolicy } from './check/fail-policy.ts'
export type { ObservedRefusal, OnRefused, RefusalOutcome, RevocationMode } from './check/mode.ts'
export { assertAllowed, refusalOf, type Verdict } from './check/verdict.ts'
export { type ClaimReader, type Claims, requireIdClaim } from './claims/claims.ts'
export { type Duration, durationToMs } from './claims/duration.ts'
export type { Limits } from './claims/lifetime.ts'
export {
  type ClaimTarget,
  type CutoffTarget,
  type EverythingTarget,
  type JtiTarget,
  reservedScopes,
  type SessionTarget,
  type SubjectTarget,
  type Target,
  type TokenTarget,
} from './claims/target.ts'
export { withDeadline } from './deadline.ts'
export {
  InvalidClaimsError,
  RevocationError,
  type RevocationErrorCode,
  RevocationUnavailableError,
  TokenExpiredError,
  TokenLifetimeError,
  TokenRevokedError,
  UnidentifiableTokenError,
} from './errors.ts'
export { assertKnownOptions, type OptionNames } from './known-options.ts'
export type { OnceOptions } from './once/once.ts'
export type { RevocationOptions } from './options.ts'
export { createRevocation, type Revocation, type RevocationLimits } from './revocation.ts'
export type { BatchOptions, BatchProgress } from './revoke/batch-options.ts'
export type { RevokeResult } from './revoke/revoke.ts'
export type {
  ReinstateOptions,
  RevokeCutoffOptions,
  RevokeOptions,
  RevokeOptionsFor,
  RevokeSessionOptions,
} from './revoke/revoke-options.ts'
export { decodeSettings, encodeSettings } from './settings/settings-codec.ts'
export { type AgreedSettings, mergeSettings, type SharedSettings, settingsEqual } from './settings/shared-settings.ts'
export {
  type AuditEntry,
  type AuditedStore,
  type AuditLog,
  type AuditNote,
  type AuditPage,
  type AuditQuery,
  isAudited,
} from './store/audit-log.ts'
export type {
  FollowableStore,
  LogEntry,
  LogListener,
  LogPage,
  LogPosition,
  LogRead,
  LogReset,
  LogSubscription,
  LogSubscriptionStatus,
} from './store/change-log.ts'
export type { FamilyRecord } from './store/family-record.ts'
export {
  type Mark,
  type MarkedToken,
  markCovers,
  markRevokes,
  marksEqual,
  mergeMarks,
  revokesAny,
} from './store/mark.ts'
export { decodeMark, encodeMark } from './store/mark-codec.ts'
export { isRestorable, type RestorableStore } from './store/restorable-store.ts'
export type { Key, KeyedMark, RevocationStore } from './store/store.ts'
export { isTransactional, type StoreInTransaction, type TransactionalStore } from './store/transactional-store.ts'
export {
  BatchAbortedError,
  ClockSkewError,
  CorruptMarkError,
  MarkExpiredError,
  PartialAnswerError,
  SettingsConflictError,
  StoreFullError,
} from './store-errors.ts'
export type { CommitResult, RevocationWithin, WithinOptions } from './transaction/within.ts'
export type { RuntimeAbortSignal, Watch, WatchOptions } from './watch/watch.ts'
