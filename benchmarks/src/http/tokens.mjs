// @ts-check
import { exportJWK, generateKeyPair, generateSecret, SignJWT } from 'jose'
import { createPayload } from '../measure/tokens.mjs'

/**
 * @typedef {import('../measure/tokens.mjs').Payload} Payload
 * @typedef {{ readonly token: string, readonly payload: Payload }} SignedToken
 * @typedef {{ readonly jwk: import('jose').JWK, readonly sign: (payload: Payload) =>
 *   Promise<SignedToken> }} Signer `jwk`: what to verify with
 */

/** The issuer and audience of `createPayload`. */
export const issuer = 'https://login.example'
export const audience = 'api'

/**
 * @param {string} algorithm
 * @returns {Promise<Signer>}
 */
export async function createSigner(algorithm) {
  const { signing, verification } = await createKeys(algorithm)
  return {
    jwk: await exportJWK(verification),
    sign: async (payload) => {
      const token = await new SignJWT({ ...payload })
        .setProtectedHeader({ alg: algorithm, typ: 'at+jwt' })
        .sign(signing)
      return { token, payload }
    },
  }
}

/** @param {Signer} signer @param {number} count */
export function signMany({ sign }, count) {
  return Promise.all(Array.from({ length: count }, () => sign(createPayload())))
}

/** @param {string} algorithm */
async function createKeys(algorithm) {
  if (algorithm.startsWith('HS')) {
    const secret = await generateSecret(algorithm, { extractable: true })
    return { signing: secret, verification: secret }
  }
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  return { signing: privateKey, verification: publicKey }
}
