import type { JWTVerifyGetKey, KeyInput } from 'jose'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { reportOutages } from './remote-keys.ts'
import { readSecrets } from './secret-keys.ts'

/**
 * One secret that signs and verifies (`HS256`, `HS384`, `HS512`). At least as long as the hash (RFC
 * 7518, section 3.2).
 *
 * @example
 * ```ts
 * import type { SecretKeys } from '@revoked/jose'
 *
 * const keyOf = (name: string): Uint8Array => new TextEncoder().encode(process.env[name])
 * // After a rotation, tokens that the previous secret signed are verified until they expire.
 * const keys = (): SecretKeys => ({ secret: keyOf('JWT_SECRET'), previousSecrets: [keyOf('PREVIOUS_JWT_SECRET')] })
 * ```
 */
export interface SecretKeys {
  readonly secret: KeyInput
  /**
   * Secrets of before, which still verify and never sign. To rotate a secret, move it here, and
   * remove it when the last token that it signed has expired. A token of theirs costs one
   * verification more for each secret before it.
   */
  readonly previousSecrets?: readonly KeyInput[]
}

/**
 * A key pair. The public side may be a set: `createLocalJWKSet` of jose, with the retired keys
 * still in it.
 *
 * @example
 * ```ts
 * import type { KeyPair } from '@revoked/jose'
 * import { generateKeyPair } from 'jose'
 *
 * const { publicKey, privateKey } = await generateKeyPair('ES256')
 * const keys: KeyPair = { publicKey, privateKey, keyId: '2026-11' }
 * ```
 */
export interface KeyPair extends PublicKeys {
  readonly privateKey: KeyInput
  /** Goes into the header (`kid`), so that verifiers with a key set pick the right key. */
  readonly keyId?: string
}

/**
 * The public side alone, for services that only verify: a key, or a set such as
 * `createRemoteJWKSet` of jose.
 *
 * @example
 * ```ts
 * import type { PublicKeys } from '@revoked/jose'
 * import { createRemoteJWKSet } from 'jose'
 *
 * const keys: PublicKeys = { publicKey: createRemoteJWKSet(new URL('https://login.example/jwks')) }
 * ```
 */
export interface PublicKeys {
  readonly publicKey: KeyInput | JWTVerifyGetKey
  /** Keys of before, which still verify. For a set, leave them in the set. */
  readonly previousPublicKeys?: readonly KeyInput[]
}

/** The private side, ready to sign. */
export interface SigningKey {
  readonly key: () => KeyInput | Promise<KeyInput>
  readonly algorithm: string
  readonly keyId?: string
}

/** The two sides of the keys, once validated. */
export interface ReadKeys {
  readonly signing?: SigningKey
  /** The current key, then those of before. */
  readonly verification: readonly [KeySource, ...KeySource[]]
}

/** Returns a key to verify with. */
export type KeySource = () => VerificationKey | Promise<VerificationKey>

/** A key, or what finds one. jose takes 4 µs longer with the second (Node 20.20, 2026-11). */
type VerificationKey = KeyInput | JWTVerifyGetKey

const secretNames: OptionNames<SecretKeys> = { secret: true, previousSecrets: true }
const keyPairNames: OptionNames<KeyPair> = { privateKey: true, publicKey: true, previousPublicKeys: true, keyId: true }

/**
 * Validates the keys against the algorithms.
 *
 * @throws TypeError if symmetric and asymmetric algorithms could be confused (RFC 8725, section
 *   2.1), or if there is no key.
 * @throws RangeError for a secret that is shorter than its hash.
 */
export function readKeys(keys: SecretKeys | KeyPair | PublicKeys, algorithms: readonly string[]): ReadKeys {
  const [algorithm] = Array.isArray(algorithms) ? algorithms : []
  if (typeof algorithm !== 'string')
    throw new TypeError('algorithms must name at least one algorithm; the first one signs.')
  if (typeof keys !== 'object' || keys === null)
    throw new TypeError('keys must hold a secret, a publicKey, or a privateKey and a publicKey.')
  if ('secret' in keys) {
    assertKnownOptions(keys, secretNames, 'keys.')
    return readSecrets(keys, algorithms, algorithm)
  }
  assertKnownOptions(keys, keyPairNames, 'keys.')
  if (keys.publicKey === undefined)
    throw new TypeError('keys must hold a secret, a publicKey, or a privateKey and a publicKey.')
  if (algorithms.some((name) => name === 'none' || name.startsWith('HS'))) {
    throw new TypeError(
      'A public key goes with asymmetric algorithms only: as the secret of an HS algorithm, everybody could sign with it.',
    )
  }
  const verification = readPublicKeys(keys)
  if (!('privateKey' in keys)) return { verification }
  const { privateKey, keyId } = keys
  if (privateKey === undefined || typeof privateKey === 'string')
    throw new TypeError(
      'keys.privateKey must be a CryptoKey, a KeyObject or a JWK. Import PEM with importPKCS8 of jose.',
    )
  return { signing: { key: () => privateKey, algorithm, ...(keyId !== undefined && { keyId }) }, verification }
}

/**
 * A wrong key would verify nothing: as a previous one, it would make valid tokens look forged.
 *
 * @throws TypeError that says how to import what is text.
 */
function assertPublicKey(key: unknown, name: string): void {
  if (typeof key === 'object' && key !== null && !(key instanceof Uint8Array) && !Array.isArray(key)) return
  const hint = typeof key === 'string' ? ' Import PEM with importSPKI or importX509 of jose.' : ''
  throw new TypeError(`keys.${name} must be a CryptoKey, a KeyObject or a JWK.${hint}`)
}

function readPublicKeys({ publicKey, previousPublicKeys = [] }: PublicKeys): ReadKeys['verification'] {
  if (!Array.isArray(previousPublicKeys))
    throw new TypeError('keys.previousPublicKeys must be an array of public keys.')
  if (typeof publicKey !== 'function') assertPublicKey(publicKey, 'publicKey')
  for (const [index, key] of previousPublicKeys.entries()) assertPublicKey(key, `previousPublicKeys[${index}]`)
  if (typeof publicKey === 'function') {
    if (previousPublicKeys.length > 0)
      throw new TypeError('keys.previousPublicKeys does not go with a key set: leave the previous keys in the set.')
    const getKey = reportOutages(publicKey)
    return [() => getKey]
  }
  return [() => publicKey, ...previousPublicKeys.map((key: KeyInput) => () => key)]
}
