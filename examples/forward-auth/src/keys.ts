/** The keys that tokens are verified with. */
import { createPublicKey } from 'node:crypto'
import type { PublicKeys, SecretKeys } from '@revoked/jose'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWK } from 'jose'
import { EnvironmentError } from './environment.ts'
import type { Settings } from './settings.ts'

/** Keys, and whether there are any by now. */
export interface VerificationKeys {
  readonly keys: PublicKeys | SecretKeys
  /** Fetches a remote set, unless it was fetched before. Rejects if that fails. */
  readonly load: () => Promise<void>
}

/** @throws EnvironmentError for a key that cannot be read. */
export function openKeys({ JWKS_URL, KEY }: Pick<Settings, 'JWKS_URL' | 'KEY'>): VerificationKeys {
  if (JWKS_URL === undefined) return { keys: readKey(KEY ?? ''), load: async () => undefined }
  const remote = createRemoteJWKSet(JWKS_URL)
  return {
    keys: { publicKey: remote },
    load: async () => {
      if (remote.jwks() === undefined) await remote.reload()
    },
  }
}

/** Reads a public key in PEM, a certificate, a JWK or a JWK Set. */
function readKey(given: string): PublicKeys | SecretKeys {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(given)) throw privateKeyError()
  if (given.includes('-----BEGIN ')) return { publicKey: keyOfPem(given) }
  const jwk = parse(given)
  if ('keys' in jwk) return { publicKey: keySet(jwk) }
  if (jwk.kty === 'oct') return { secret: jwk }
  if (jwk.d !== undefined) throw privateKeyError()
  return { publicKey: jwk }
}

function privateKeyError(): EnvironmentError {
  return new EnvironmentError(['KEY_FILE holds a private key: give the public one, since this server signs nothing'])
}

function keyOfPem(pem: string) {
  try {
    return createPublicKey(pem)
  } catch {
    throw new EnvironmentError(['KEY_FILE holds no public key in PEM that can be read'])
  }
}

function keySet(set: JSONWebKeySet) {
  try {
    return createLocalJWKSet(set)
  } catch {
    throw new EnvironmentError(['KEY_FILE holds a malformed JWK Set'])
  }
}

function parse(given: string): JWK | JSONWebKeySet {
  try {
    const parsed: unknown = JSON.parse(given)
    if (typeof parsed === 'object' && parsed !== null && ('kty' in parsed || 'keys' in parsed))
      return parsed as JWK | JSONWebKeySet
  } catch {
    // The parser quotes what it was given.
  }
  throw new EnvironmentError(['KEY_FILE must hold a public key in PEM, a JWK or a JWK Set'])
}
