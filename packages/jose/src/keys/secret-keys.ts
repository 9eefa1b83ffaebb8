import type { JWTVerifyGetKey, KeyInput } from 'jose'
import { importedSecret } from './imported-secret.ts'
import type { KeySource, ReadKeys, SecretKeys } from './keys.ts'

const symmetricAlgorithm = /^HS(256|384|512)$/

/**
 * Validates secrets against the algorithms: the current one, and those of before.
 *
 * @throws TypeError for an asymmetric algorithm, and for what is no secret.
 * @throws RangeError for a secret that is shorter than its hash.
 */
export function readSecrets(
  { secret, previousSecrets = [] }: SecretKeys,
  algorithms: readonly string[],
  algorithm: string,
): ReadKeys {
  if (!algorithms.every((name) => symmetricAlgorithm.test(name)))
    throw new TypeError('A secret goes with HS256, HS384 or HS512 only.')
  if (!Array.isArray(previousSecrets)) throw new TypeError('keys.previousSecrets must be an array of secrets.')
  const current = readSecret(secret, algorithms, 'secret')
  const previous = previousSecrets.map((key: KeyInput, index) =>
    readSecret(key, algorithms, `secret at keys.previousSecrets[${index}]`),
  )
  return {
    signing: { key: () => current.keyFor(algorithm), algorithm },
    verification: [current.source, ...previous.map(({ source }) => source)],
  }
}

interface ReadSecret {
  readonly keyFor: (algorithm: string) => KeyInput | Promise<KeyInput>
  readonly source: KeySource
}

function readSecret(secret: KeyInput, algorithms: readonly string[], name: string): ReadSecret {
  assertSecret(secret, name)
  const bits = Math.max(...algorithms.map((algorithm) => Number(algorithm.slice(2))))
  const given = bitsOf(secret) ?? bits
  if (given < bits)
    throw new RangeError(`The ${name} has ${given / 8} of at least ${bits / 8} bytes (RFC 7518, section 3.2).`)
  if (!(secret instanceof Uint8Array)) return { keyFor: () => secret, source: () => secret }
  const keyFor = importedSecret(secret)
  const [only, ...others] = algorithms
  if (only !== undefined && others.length === 0) return { keyFor, source: () => keyFor(only) }
  // jose asks for none but the accepted algorithms.
  const ofToken: JWTVerifyGetKey = ({ alg }) => keyFor(alg)
  return { keyFor, source: () => ofToken }
}

/** @throws TypeError that says how to encode what is neither bytes nor a symmetric key. */
function assertSecret(secret: unknown, name: string): void {
  if (secret instanceof Uint8Array) return
  const expected = `The ${name} must be a Uint8Array, a CryptoKey, a KeyObject or a JWK`
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
