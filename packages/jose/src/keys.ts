import { errors, type JWTVerifyGetKey, type KeyInput } from 'jose'
import { KeysUnavailableError } from './errors.ts'

/** One secret that signs and verifies (`HS256`, `HS384`, `HS512`). At least as long as the hash (RFC 7518, section 3.2). */
export interface SecretKeys {
  readonly secret: KeyInput
}

/** A key pair. The public side may be a set: `createLocalJWKSet` of jose, with the retired keys still in it. */
export interface KeyPair {
  readonly privateKey: KeyInput
  readonly publicKey: KeyInput | JWTVerifyGetKey
  /** Goes into the header (`kid`), so that verifiers with a key set pick the right key. */
  readonly keyId?: string
}

/** The public side alone, for services that only verify: a key, or a set such as `createRemoteJWKSet` of jose. */
export interface PublicKeys {
  readonly publicKey: KeyInput | JWTVerifyGetKey
}

/** The private side, ready to sign. */
export interface SigningKey {
  readonly key: KeyInput
  readonly algorithm: string
  readonly keyId?: string
}

/** The two sides of the keys, once validated. */
export interface ReadKeys {
  readonly signing?: SigningKey
  readonly verification: KeyInput | JWTVerifyGetKey
}

/**
 * Validates the keys against the algorithms.
 *
 * @throws TypeError where symmetric and asymmetric algorithms could be confused (RFC 8725, section 2.1), or where there is no key.
 * @throws RangeError for a secret that is shorter than its hash.
 */
export function readKeys(keys: SecretKeys | KeyPair | PublicKeys, algorithms: readonly string[]): ReadKeys {
  const [algorithm] = algorithms
  if (algorithm === undefined) throw new TypeError('algorithms must name at least one algorithm; the first one signs.')
  const isSymmetric = 'secret' in keys
  if (algorithms.some((name) => name === 'none' || name.startsWith('HS') !== isSymmetric)) {
    throw new TypeError(
      isSymmetric
        ? 'A secret goes with HS256, HS384 or HS512 only.'
        : 'A public key goes with asymmetric algorithms only: as the secret of an HS algorithm, everybody could sign with it.',
    )
  }
  if (isSymmetric) {
    assertLongEnough(keys.secret, algorithms)
    return { signing: { key: keys.secret, algorithm }, verification: keys.secret }
  }
  if (keys.publicKey === undefined)
    throw new TypeError('keys must hold a secret, a publicKey, or a privateKey and a publicKey.')
  const verification = typeof keys.publicKey === 'function' ? reportingOutages(keys.publicKey) : keys.publicKey
  if (!('privateKey' in keys)) return { verification }
  const { privateKey, keyId } = keys
  return { signing: { key: privateKey, algorithm, ...(keyId !== undefined && { keyId }) }, verification }
}

function assertLongEnough(secret: KeyInput, algorithms: readonly string[]): void {
  if (!(secret instanceof Uint8Array)) return
  const bits = Math.max(...algorithms.map((name) => Number(name.slice(2))))
  if (secret.byteLength * 8 < bits)
    throw new RangeError(`The secret must have at least ${bits / 8} bytes (RFC 7518, section 3.2).`)
}

/** A key set that cannot be fetched says nothing about the token. One that lacks the key does. */
function reportingOutages(getKey: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await getKey(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
      throw new KeysUnavailableError(error)
    }
  }
}
