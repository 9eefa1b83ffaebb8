import { readKeys, type SigningKey } from '../keys/keys.ts'
import { assertOptions, audiencesOf, type RevocableTokenOptions, revocableTokenOptionNames } from '../options.ts'
import { createEndings, type Endings, type Listing } from '../sessions/endings.ts'
import { createAuthenticate } from './authenticate.ts'
import { createInspect, type Inspect } from './inspect.ts'
import { createVerifier, type RevocableTokens } from './verifier.ts'
import { createVerifySignature } from './verify-signature.ts'

/**
 * Creates the verifying side of tokens that can be revoked, for services that issue none: it takes
 * a public key, a key set or a shared secret.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['RS256'],
 *   keys: { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) },
 * })
 *
 * async function subjectOf(token: string): Promise<string | undefined> {
 *   return (await tokens.verify(token)).claims.sub
 * }
 * ```
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function createRevocableTokens(options: RevocableTokenOptions): RevocableTokens {
  assertOptions(options, revocableTokenOptionNames)
  return readTokens(options).tokens
}

/** The verifying side, and what the issuing sides build on. */
export interface ReadTokens {
  readonly tokens: RevocableTokens
  readonly inspect: Inspect
  readonly endings: Endings
  /** The private side of the keys, if there is one. */
  readonly signing: SigningKey | undefined
}

/**
 * Builds the verifying side out of options that are validated but for their keys.
 *
 * @throws TypeError or RangeError for wrong keys or algorithms.
 */
export function readTokens(options: RevocableTokenOptions, listing?: Listing): ReadTokens {
  const { revocation, issuer, algorithms, acceptUntyped = false, cache } = options
  const { signing, verification } = readKeys(options.keys, algorithms)
  const verifySignature = createVerifySignature({ verification, algorithms })
  const audiences = audiencesOf(options)
  const authenticate = createAuthenticate({ revocation, issuer, audiences, acceptUntyped, cache, verifySignature })
  const inspect = createInspect(authenticate, revocation)
  const endings = createEndings(revocation, issuer, listing)
  return { tokens: createVerifier({ revocation, inspect, endings }), inspect, endings, signing }
}
