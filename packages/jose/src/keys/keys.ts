import { errors, type JWTVerifyGetKey, type KeyInput } from 'jose'
import { KeysUnavailableError } from '../errors.ts'
import { importedSecret } from './imported-secret.ts'

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
  readonly key: () => KeyInput | Promise<KeyInput>
  readonly algorithm: string
  readonly keyId?: string
}

/** The two sides of the keys, once validated. */
export interface ReadKeys {
  readonly signing?: SigningKey
  readonly verification: () => VerificationKey | Promise<VerificationKey>
}

/** A key, or what finds one. jose takes 4 µs longer with the second (Node 20.20, 2026-11). */
type VerificationKey = KeyInput | JWTVerifyGetKey

const symmetricAlgorithm = /^HS(256|384|512)$/

/**
 * Validates the keys against the algorithms.
 *
 * @throws TypeError where symmetric and asymmetric algorithms could be confused (RFC 8725, section 2.1), or where there is no key.
 * @throws RangeError for a secret that is shorter than its hash.
 */
export function readKeys(keys: SecretKeys | KeyPair | PublicKeys, algorithms: readonly string[]): ReadKeys {
  const [algorithm] = Array.isArray(algorithms) ? algorithms : []
  if (typeof algorithm !== 'string')
    throw new TypeError('algorithms must name at least one algorithm; the first one signs.')
  if (typeof keys !== 'object' || keys === null)
    throw new TypeError('keys must hold a secret, a publicKey, or a privateKey and a publicKey.')
  if ('secret' in keys) return readSecret(keys.secret, algorithms, algorithm)
  if (keys.publicKey === undefined)
    throw new TypeError('keys must hold a secret, a publicKey, or a privateKey and a publicKey.')
  if (algorithms.some((name) => name === 'none' || name.startsWith('HS'))) {
    throw new TypeError(
      'A public key goes with asymmetric algorithms only: as the secret of an HS algorithm, everybody could sign with it.',
    )
  }
  const publicKey = typeof keys.publicKey === 'function' ? reportingOutages(keys.publicKey) : keys.publicKey
  const verification = (): VerificationKey => publicKey
  if (!('privateKey' in keys)) return { verification }
  const { privateKey, keyId } = keys
  return { signing: { key: () => privateKey, algorithm, ...(keyId !== undefined && { keyId }) }, verification }
}

function readSecret(secret: KeyInput, algorithms: readonly string[], algorithm: string): ReadKeys {
  if (!algorithms.every((name) => symmetricAlgorithm.test(name)))
    throw new TypeError('A secret goes with HS256, HS384 or HS512 only.')
  assertSecret(secret)
  const bits = Math.max(...algorithms.map((name) => Number(name.slice(2))))
  if ((bitsOf(secret) ?? bits) < bits)
    throw new RangeError(`The secret must have at least ${bits / 8} bytes (RFC 7518, section 3.2).`)
  if (!(secret instanceof Uint8Array)) return { signing: { key: () => secret, algorithm }, verification: () => secret }
  const keyFor = importedSecret(secret)
  const key = (): Promise<KeyInput> => keyFor(algorithm)
  // jose asks for none but the accepted algorithms.
  const ofToken: JWTVerifyGetKey = ({ alg }) => keyFor(alg)
  return { signing: { key, algorithm }, verification: algorithms.length === 1 ? key : () => ofToken }
}

/** @throws TypeError that says how to encode what is neither bytes nor a symmetric key. */
function assertSecret(secret: unknown): void {
  if (secret instanceof Uint8Array) return
  const expected = 'The secret must be a Uint8Array, a CryptoKey, a KeyObject or a JWK'
  if (typeof secret === 'string')
    throw new TypeError(`${expected}, not a string. Encode it: new TextEncoder().encode(secret).`)
  if (Array.isArray(secret)) throw new TypeError(`${expected}, not an array. Convert it: Uint8Array.from(secret).`)
  if (secret instanceof ArrayBuffer)
    throw new TypeError(`${expected}, not an ArrayBuffer. Wrap it: new Uint8Array(secret).`)
  const { type, kty } = (secret ?? {}) as { readonly type?: unknown; readonly kty?: unknown }
  if (type !== 'secret' && kty !== 'oct') throw new TypeError(`${expected}.`)
}

/** How long a secret is, in each of the forms that jose takes. */
function bitsOf(secret: KeyInput): number | undefined {
  if (secret instanceof Uint8Array) return secret.byteLength * 8
  if ('k' in secret && typeof secret.k === 'string') return Math.floor((secret.k.length * 6) / 8) * 8
  const { symmetricKeySize, algorithm } = secret as {
    readonly symmetricKeySize?: number
    readonly algorithm?: { readonly length?: number }
  }
  return symmetricKeySize === undefined ? algorithm?.length : symmetricKeySize * 8
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
