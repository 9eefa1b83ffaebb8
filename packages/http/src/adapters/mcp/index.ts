export { answerOutages, type BearerOptions } from './answer-outages.ts'
export type { AuthInfo } from './auth-info.ts'
export { type AccessTokenVerifier, type TokenVerifierOptions, tokenVerifier } from './token-verifier.ts'
