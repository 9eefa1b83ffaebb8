import { base64url, type JWTHeaderParameters, jwtVerify } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { createAccessTokens } from '../../src/index.ts'
import {
  goodClaims,
  issuerOptions,
  partsOf,
  rejectionOf,
  secret,
  signByHand,
  subject,
  world,
} from '../support/fixtures.ts'

const invalidSignature = { code: 'ERR_INVALID_TOKEN', problem: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }
const algorithms = ['HS256', 'HS384', 'HS512']

/**
 * Secrets of bytes that are no text, as short as they may be, longer than a block of the hash, and
 * a part of a larger buffer.
 */
function secretOf(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 151 + 7) % 256)
}
const secrets: readonly (readonly [title: string, secret: Uint8Array])[] = [
  ['64 bytes', secretOf(64)],
  ['200 bytes', secretOf(200)],
  ['64 bytes out of the middle of others', secretOf(200).subarray(31, 95)],
  ['64 bytes in a Buffer', Buffer.from(secretOf(64))],
]

describe.each(algorithms)('with %s', (alg) => {
  describe.each(secrets)('and a secret of %s', (_, secret) => {
    const options = { algorithms: [alg], keys: { secret } }

    test('jose verifies with the bytes what was issued', async () => {
      const { tokens, clock } = world({ tokens: options })
      const token = await tokens.issue({ sub: subject })
      const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate: new Date(clock.now()) })
      expect([payload.sub, protectedHeader.alg]).toEqual([subject, alg])
    })

    test('what jose signs with the bytes is verified, with the very signature that would have been issued', async () => {
      const { tokens, clock } = world({ tokens: options })
      const token = await signByHand(goodClaims(clock.now()), secret, { alg })
      expect((await tokens.verify(token)).claims.jti).toBe('by-hand')
      // The same header and claims once more: HMAC signs the same bytes the same way.
      const issued = await tokens.issue({ sub: subject })
      const { header, payload, signature } = partsOf(issued)
      const [decodedHeader, claims] = [header, payload].map((part) =>
        JSON.parse(new TextDecoder().decode(base64url.decode(part))),
      )
      const again = await signByHand(claims, secret, decodedHeader as JWTHeaderParameters)
      expect(partsOf(again).signature).toBe(signature)
    })

    test('no other secret verifies, be it different in its last bit only', async () => {
      const other = Uint8Array.from(secret, (byte, index) => (index === secret.length - 1 ? byte ^ 1 : byte))
      const { tokens, revocation, clock } = world({ tokens: options })
      const stranger = createAccessTokens(issuerOptions(revocation, { ...options, keys: { secret: other } }))
      const token = await tokens.issue({ sub: subject })
      await expect(stranger.verify(token)).rejects.toMatchObject(invalidSignature)
      await expect(tokens.verify(await stranger.issue({ sub: subject }))).rejects.toMatchObject(invalidSignature)
      const forged = await signByHand(goodClaims(clock.now()), other, { alg })
      await expect(tokens.verify(forged)).rejects.toMatchObject(invalidSignature)
      await tokens.verify(token)
    })
  })
})

describe('with several algorithms at once', () => {
  test('each verifies with its own hash, in whatever order they come first', async () => {
    for (const order of [algorithms, algorithms.toReversed()]) {
      const { tokens, clock } = world({ tokens: { algorithms } })
      for (const alg of [...order, ...order]) {
        const token = await signByHand(goodClaims(clock.now()), secret, { alg })
        expect((await tokens.verify(token)).claims.sub).toBe(subject)
      }
    }
  })

  test('the first one signs', async () => {
    const { tokens } = world({ tokens: { algorithms: algorithms.toReversed() } })
    const token = await tokens.issue({ sub: subject })
    expect((await jwtVerify(token, secret, { algorithms: ['HS512'], currentDate: new Date(0) })).payload.sub).toBe(
      subject,
    )
    await tokens.verify(token)
  })

  test('a signature of one does not pass for another', async () => {
    const { tokens, clock } = world({ tokens: { algorithms } })
    const [one, other] = await Promise.all(
      ['HS256', 'HS512'].map(async (alg) => partsOf(await signByHand(goodClaims(clock.now()), secret, { alg }))),
    )
    const mixed = `${one?.header}.${one?.payload}.${other?.signature}`
    await expect(tokens.verify(mixed)).rejects.toMatchObject(invalidSignature)
  })

  test('one that is not among them is refused, and no key is made for it', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    try {
      const { tokens, clock } = world({ tokens: { algorithms: ['HS256'] } })
      const token = await signByHand(goodClaims(clock.now()), secret, { alg: 'HS384' })
      importKey.mockClear()
      await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_INVALID_TOKEN', status: 401 })
      const hashes = importKey.mock.calls.map(([, , algorithm]) => (algorithm as { hash?: unknown }).hash)
      expect(hashes).not.toContain('SHA-384')
    } finally {
      importKey.mockRestore()
    }
  })
})

test('what the caller does to the bytes afterwards changes nothing, be it before the first use', async () => {
  const bytes = secretOf(64)
  const { tokens, clock } = world({ tokens: { algorithms, keys: { secret: bytes } } })
  bytes.fill(0)
  await tokens.verify(await tokens.issue({ sub: subject }))
  for (const alg of algorithms) {
    await tokens.verify(await signByHand(goodClaims(clock.now()), secretOf(64), { alg }))
    const forged = await signByHand(goodClaims(clock.now()), bytes, { alg })
    await expect(tokens.verify(forged)).rejects.toMatchObject(invalidSignature)
  }
})

test('a hundred first uses at once import the secret once for each algorithm, and so do all later ones', async () => {
  const { clock } = world()
  const byHand = await Promise.all(algorithms.map((alg) => signByHand(goodClaims(clock.now()), secret, { alg })))
  const importKey = vi.spyOn(crypto.subtle, 'importKey')
  try {
    const { tokens } = world({ tokens: { algorithms } })
    expect(importKey).not.toHaveBeenCalled()
    const uses = () =>
      Promise.all([
        ...Array.from({ length: 50 }, () => tokens.issue({ sub: subject })),
        ...Array.from({ length: 50 }, (_, index) => tokens.verify(byHand[index % 3] ?? '')),
      ])
    const [token] = await uses()
    expect(importKey).toHaveBeenCalledTimes(3)
    await tokens.verify(token as string)
    await uses()
    expect(importKey).toHaveBeenCalledTimes(3)
  } finally {
    importKey.mockRestore()
  }
})

test('the key cannot be exported, and no error shows it', async () => {
  const importKey = vi.spyOn(crypto.subtle, 'importKey')
  try {
    const { tokens } = world()
    const error = await rejectionOf(tokens.verify(`${await tokens.issue({ sub: subject })}A`))
    expect(error).toMatchObject({ status: 401 })
    expect(importKey.mock.calls.map(([, , , extractable]) => extractable)).toEqual([false])
  } finally {
    importKey.mockRestore()
  }
})
