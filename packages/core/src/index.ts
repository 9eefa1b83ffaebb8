export type { CheckOptions } from './check.ts'
export type { Claims } from './claims.ts'
export { type Duration, durationToMs } from './duration.ts'
export {
  CorruptMarkError,
  InvalidClaimsError,
  PartialAnswerError,
  RevocationError,
  type RevocationErrorCode,
  RevocationUnavailableError,
  StoreFullError,
  TokenLifetimeError,
  TokenRevokedError,
  UnidentifiableTokenError,
} from './errors.ts'
export type { FailDecision, FailPolicy } from './fail-policy.ts'
export type { Families, SpentGeneration } from './families.ts'
export type { Limits } from './lifetime.ts'
export { type Mark, type MarkedToken, markCovers, markRevokes, marksEqual, mergeMarks } from './mark.ts'
export { decodeMark, encodeMark } from './mark-codec.ts'
export type { RevocationOptions } from './options.ts'
export { createRevocation, type Revocation, type RevocationLimits } from './revocation.ts'
export type { RevokeResult } from './revoke.ts'
export type { RevokeCutoffOptions, RevokeOptions, RevokeOptionsFor, RevokeSessionOptions } from './revoke-plan.ts'
export type {
  FeedChange,
  FeedConnection,
  FeedFollower,
  FeedPosition,
  FollowableStore,
  Key,
  KeyedMark,
  RevocationStore,
} from './store.ts'
export type {
  ClaimTarget,
  CutoffTarget,
  EverythingTarget,
  SessionTarget,
  SubjectTarget,
  Target,
  TokenTarget,
} from './target.ts'
export { assertAllowed, type Verdict } from './verdict.ts'
