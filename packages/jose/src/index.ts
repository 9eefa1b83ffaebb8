export { InvalidTokenError, KeysUnavailableError } from './errors.ts'
export type { IssueClaims } from './issue.ts'
export type { KeyPair, PublicKeys, SecretKeys } from './keys.ts'
export {
  createTokens,
  type IssuerOptions,
  type Tokens,
  type TokenVerifier,
  type VerifiedToken,
  type VerifierOptions,
} from './tokens.ts'
