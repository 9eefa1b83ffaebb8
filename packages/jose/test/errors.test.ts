import { RevocationError } from '@revoked/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { InvalidTokenError, KeysUnavailableError } from '../src/index.ts'

describe('InvalidTokenError', () => {
  test('is a RevocationError that Express and Fastify answer with 401', () => {
    const error = new InvalidTokenError('ERR_JWT_EXPIRED', 'exp')
    expect(error).toBeInstanceOf(RevocationError)
    expect(error).toMatchObject({ name: 'InvalidTokenError', code: 'ERR_INVALID_TOKEN', status: 401, statusCode: 401 })
    expect(error).toMatchObject({ problem: 'ERR_JWT_EXPIRED', claim: 'exp' })
    expectTypeOf<InvalidTokenError['code']>().toEqualTypeOf<'ERR_INVALID_TOKEN'>()
  })

  test('names the problem and the claim in its message', () => {
    expect(new InvalidTokenError('ERR_JWT_EXPIRED', 'exp').message).toMatch(/ERR_JWT_EXPIRED.*exp/)
  })

  test('has no claim if none was at fault, and no cause', () => {
    const error = new InvalidTokenError('ERR_JWS_INVALID')
    expect(error.claim).toBeUndefined()
    expect(error).not.toHaveProperty('cause')
    expect(error.message).not.toContain('claim')
  })
})

describe('KeysUnavailableError', () => {
  test('is a RevocationError that Express and Fastify answer with 503, and keeps its cause', () => {
    const cause = new Error('fetch failed')
    const error = new KeysUnavailableError(cause)
    expect(error).toBeInstanceOf(RevocationError)
    expect(error).toMatchObject({ name: 'KeysUnavailableError', code: 'ERR_KEYS_UNAVAILABLE', cause })
    expect(error).toMatchObject({ status: 503, statusCode: 503 })
    expect(error.message).not.toContain('fetch failed')
  })
})
