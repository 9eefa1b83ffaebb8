import { generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { partsOf, subject, world } from '../support/fixtures.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The order of P-256 (SEC 2, section 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** 32 bytes fill 42 characters and two thirds of another: its last two bits are ignored. */
function nonCanonical(token: string): string {
  const last = alphabet.indexOf(token.slice(-1))
  return `${token.slice(0, -1)}${alphabet.charAt(last ^ 1)}`
}

/** With (r, s), (r, n - s) is a signature of the same message by the same key. */
function withFlippedS(token: string): string {
  const { header, payload, signature } = partsOf(token)
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const flipped = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), flipped]).toString('base64url')}`
}

describe('a token of other bytes that verifies as well is revoked with it: the jti is the key, not the bytes', () => {
  const variants: readonly (readonly [title: string, vary: (token: string) => string])[] = [
    ['padded', (token) => `${token}=`],
    ['with the ignored bits of its last character set', nonCanonical],
  ]

  test.each(variants)('HS256, %s', async (_, vary) => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject })
    const variant = vary(token)
    expect(variant).not.toBe(token)
    expect((await tokens.verify(variant)).claims.sub).toBe(subject)
    await tokens.revoke(token, { reason: 'logout' })
    await expect(tokens.verify(variant)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
    expect(await tokens.revoke(variant)).toMatchObject({ changed: false })
  })

  test.each(variants)('HS256, %s: revoked by the variant, the original is refused', async (_, vary) => {
    const { tokens } = world()
    const token = await tokens.issue({ sub: subject })
    expect(await tokens.revoke(vary(token))).toMatchObject({ changed: true })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
  })

  test('ES256, with s flipped', async () => {
    const { tokens } = world({ tokens: { algorithms: ['ES256'], keys: await generateKeyPair('ES256') } })
    const token = await tokens.issue({ sub: subject })
    const variant = withFlippedS(token)
    expect(variant).not.toBe(token)
    expect((await tokens.verify(variant)).claims.sub).toBe(subject)
    await tokens.revoke(token)
    await expect(tokens.verify(variant)).rejects.toMatchObject({ code: 'ERR_TOKEN_REVOKED', by: 'jti' })
    expect(await tokens.revoke(variant)).toMatchObject({ changed: false })
  })
})
