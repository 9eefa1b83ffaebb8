import { describe, expect, test } from 'vitest'
import { CliError } from '../../src/errors.ts'
import { readAddress, readArgument } from '../../src/store/address.ts'
import { revocationOptions } from '../../src/store/revocation-options.ts'

describe('an address', () => {
  test('names the kind of store by its protocol', () => {
    expect(readAddress('redis://localhost:6379/2', {})).toEqual({ kind: 'redis', url: 'redis://localhost:6379/2' })
    expect(readAddress('rediss://host', {})).toMatchObject({ kind: 'redis' })
    expect(readAddress('postgresql://host/app', {})).toMatchObject({ kind: 'postgres' })
    expect(readAddress('sqlite:data/app.db', {})).toEqual({ kind: 'sqlite', path: 'data/app.db' })
    expect(readAddress('sqlite:///data/app.db', {})).toEqual({ kind: 'sqlite', path: '/data/app.db' })
  })

  test('takes the user and the password from the environment', () => {
    const env = { REVOKED_STORE_USER: 'app', REVOKED_STORE_PASSWORD: 'p@ss/word' }
    expect(readArgument('postgres://host/app', env)).toMatchObject({ url: 'postgres://app:p%40ss%2Fword@host/app' })
  })

  test('is refused without a word of it if it is none, or has a password as an argument', () => {
    const passwords = [
      'redis://app:secret-1@host',
      'redis://host?password=secret-1',
      'postgres://host/app?sslpassword=-1',
    ]
    for (const text of ['mysql://host-1/app', 'nonsense-1', 'sqlite:', ...passwords])
      expect(() => readArgument(text, {})).toThrow(
        expect.toSatisfy((error: CliError) => {
          return error instanceof CliError && error.exitCode === 2 && !/-1/.test(error.message)
        }),
      )
  })
})

describe('the options of the revocation', () => {
  const kept = { maxTokenLifetime: 3_600_000, clockTolerance: 60_000, claims: ['client_id'] }

  test('are those that services have agreed on, unless others are given', () => {
    expect(revocationOptions({}, { ...kept, unscopedAt: 1 })).toEqual({
      maxTokenLifetime: '3600000ms',
      clockTolerance: '60000ms',
      claims: ['client_id'],
      timeout: '5s',
    })
    expect(revocationOptions({ maxTokenLifetime: '2h' }, { ...kept, unscopedAt: 1 })).toMatchObject({
      maxTokenLifetime: '2h',
    })
  })

  test('name keys as the services do', () => {
    expect(revocationOptions({}, { ...kept, scopedAt: 2 })).toMatchObject({ issuer: '*' })
    expect(revocationOptions({}, { ...kept, scopedAt: 2, unscopedAt: 3 })).not.toHaveProperty('issuer')
    expect(revocationOptions({}, kept)).toMatchObject({ issuer: '*', alsoUnscoped: true })
  })

  test('need the lifetime of tokens if nothing was agreed on', () => {
    expect(() => revocationOptions({}, undefined)).toThrow(/--max-token-lifetime 30d/)
  })
})
