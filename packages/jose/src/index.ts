export { type AccessTokens, createAccessTokens } from './access/access-tokens.ts'
export type { InspectedToken, TokenClaims } from './access/inspected-token.ts'
export type { IssueOptions } from './access/issue.ts'
export type { IssueClaims, SessionClaims } from './access/issue-claims.ts'
export { createRevocableTokens } from './access/revocable-tokens.ts'
export type { TokenCacheOptions } from './access/token-cache.ts'
export type { AcceptUntyped, TokenType } from './access/token-type.ts'
export type { RevocableTokens, VerifiedToken } from './access/verifier.ts'
export { InvalidTokenError, KeysUnavailableError, RefreshReusedError, type TokenErrorCode } from './errors.ts'
export type { KeyPair, PublicKeys, SecretKeys } from './keys/keys.ts'
export type { LogoutTokenOptions, LostLogout } from './logout/logout-options.ts'
export { createLogoutTokens, type LogoutResult, type LogoutTokens } from './logout/logout-tokens.ts'
export type { AccessTokenOptions, RefreshOptions, RevocableTokenOptions, TokenPairOptions } from './options.ts'
export type { IssuePairOptions } from './refresh/issue-pair.ts'
export type { TokenPair } from './refresh/pair.ts'
export type { Renew } from './refresh/renew.ts'
export type { RotateOptions } from './refresh/rotate.ts'
export { createTokenPairs, type TokenPairs } from './refresh/token-pairs.ts'
export type {
  AuthenticatedSession,
  OpenedSession,
  SessionCloser,
  SessionLogin,
  SessionRegistry,
} from './sessions/session-registry.ts'
