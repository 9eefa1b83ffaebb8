import { createRevocation, type RevocationMode, type RevocationStore } from '@revoked/core'
import { createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'
import { beginTransaction } from '@revoked/testing/simulated-transaction'
import { withTransactions } from '@revoked/testing/transactional-store'
import { describe, expect, test } from 'vitest'
import { type ObservedRevocationOptions, observedRevocation } from '../src/index.ts'
import { someClaims } from './support/claims.ts'
import { startSdk } from './support/start-sdk.ts'

interface Setup extends ObservedRevocationOptions {
  readonly store?: RevocationStore
  readonly failPolicy?: 'open' | 'closed'
  readonly mode?: RevocationMode
}

function setup({ store = memoryStore(), failPolicy = 'closed', mode = 'enforce', ...options }: Setup = {}) {
  const sdk = startSdk()
  const revocation = createRevocation({ store, failPolicy, mode, maxTokenLifetime: '1h', claims: ['client_id'] })
  return { sdk, plain: revocation, revocation: observedRevocation(revocation, { ...sdk.into, ...options }) }
}

const failing = (cause: Error): RevocationStore => ({ ...memoryStore(), find: () => Promise.reject(cause) })
const timeout = new Error('No answer within 1000 ms.')

test('a dry run is no revocation, and none that has failed', async () => {
  const { sdk, revocation } = setup()
  await expect(revocation.revoke({ subject: 'mallory' }, { dryRun: true })).resolves.toHaveProperty('changed', true)
  expect(await sdk.points('revoked.revocations')).toEqual([])
  await expect(revocation.revoke({ subject: '' }, { dryRun: true })).rejects.toThrow(RangeError)
  expect(await sdk.points('revoked.revocation.failures')).toEqual([])
  expect(sdk.spans().map(({ attributes }) => attributes['revoked.dry_run'])).toEqual([true, true])
})

describe('checks', () => {
  test('are counted by verdict and scope', async () => {
    const { sdk, revocation } = setup()
    await revocation.revoke({ subject: 'mallory' })
    await revocation.revoke({ claim: 'client_id', value: 'app' })
    expect(await revocation.isRevoked(someClaims())).toBe(false)
    expect(await revocation.isRevoked(someClaims({ sub: 'mallory' }))).toBe(true)
    const ofApp = { ...someClaims(), client_id: 'app' }
    await expect(revocation.assertActive(ofApp)).rejects.toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
      by: 'client_id',
    })
    expect(await sdk.points('revoked.checks')).toEqual([
      { attributes: { 'revoked.verdict': 'active' }, value: 1 },
      { attributes: { 'revoked.verdict': 'revoked', 'revoked.scope': 'sub' }, value: 1 },
      { attributes: { 'revoked.verdict': 'revoked', 'revoked.scope': 'client_id' }, value: 1 },
    ])
    expect(await sdk.count('revoked.refusals', { 'error.type': 'ERR_TOKEN_REVOKED' })).toBe(2)
  })

  test('that are answered at once return the promise of core, and are counted', async () => {
    const { sdk, plain, revocation } = setup()
    for (let index = 0; index < 100; index++) await revocation.check(someClaims())
    expect(revocation.check(someClaims())).toBe(plain.check(someClaims()))
    expect(await sdk.count('revoked.checks', { 'revoked.verdict': 'active' })).toBe(101)
  })

  test.each([
    ['a time-out', timeout, 'timeout'],
    ['a socket', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a server', Object.assign(new Error('Redis did not'), { reply: 'READONLY' }), 'READONLY'],
    ['what nobody knows', new Error('alice'), '_OTHER'],
  ])('that find the store unavailable are counted by their cause: %s', async (_, cause, type) => {
    const { sdk, revocation } = setup({ store: failing(cause) })
    expect((await revocation.check(someClaims())).status).toBe('unavailable')
    const attributes = { 'revoked.verdict': 'unavailable', 'error.type': type }
    expect(await sdk.count('revoked.checks', attributes)).toBe(1)
    expect(await sdk.count('revoked.refusals', { 'error.type': 'ERR_REVOCATION_UNAVAILABLE' })).toBe(1)
  })

  test('that pass by an open policy are no refusals', async () => {
    const { sdk, revocation } = setup({ store: failing(timeout), failPolicy: 'open' })
    await revocation.assertActive(someClaims())
    expect(await sdk.count('revoked.checks', { 'revoked.verdict': 'unavailable' })).toBe(1)
    expect(await sdk.points('revoked.refusals')).toEqual([])
  })

  test('that only the mode observe lets pass are counted as observed, and not as refusals', async () => {
    const { sdk, revocation } = setup({ mode: 'observe' })
    await revocation.revoke({ subject: 'alice' })
    expect(await revocation.isRevoked(someClaims())).toBe(false)
    await revocation.assertActive({ ...someClaims(), exp: someClaims().iat + 90_000 })
    expect(await sdk.points('revoked.checks')).toEqual([
      { attributes: { 'revoked.verdict': 'active' }, value: 0 },
      { attributes: { 'revoked.verdict': 'revoked', 'revoked.scope': 'sub' }, value: 1 },
      { attributes: { 'revoked.verdict': 'invalid', 'error.type': 'ERR_TOKEN_LIFETIME' }, value: 1 },
    ])
    expect(await sdk.points('revoked.refusal.observed')).toEqual([
      { attributes: { 'error.type': 'ERR_TOKEN_REVOKED' }, value: 1 },
      { attributes: { 'error.type': 'ERR_TOKEN_LIFETIME' }, value: 1 },
    ])
    expect(await sdk.points('revoked.refusals')).toEqual([])
    await expect(revocation.check(someClaims(), { mode: 'enforce' })).resolves.toHaveProperty('status', 'revoked')
    expect(await sdk.count('revoked.refusals', { 'error.type': 'ERR_TOKEN_REVOKED' })).toBe(1)
  })

  test('of claims that cannot be used are refusals by code', async () => {
    const { sdk, revocation } = setup()
    const { iat } = someClaims()
    await expect(revocation.check({ ...someClaims(), exp: iat + 90_000 })).rejects.toThrow()
    expect(await sdk.count('revoked.checks', { 'revoked.verdict': 'invalid' })).toBe(1)
    expect(await sdk.count('revoked.refusals', { 'error.type': 'ERR_TOKEN_LIFETIME' })).toBe(1)
    expect(sdk.spans()).toEqual([])
  })
})

describe('revocations', () => {
  test('are counted by target, change and reason, and have spans', async () => {
    const { sdk, revocation } = setup({ reasons: ['banned'] })
    const bans = [{ subject: 'alice' }, { subject: 'bob' }]
    expect(await revocation.revoke(bans, { reason: 'banned' })).toHaveLength(2)
    const options = { issuedBefore: Date.now() - 60_000, reason: 'alice asked for it' }
    expect(await revocation.revoke({ subject: 'alice' }, options)).toMatchObject({ changed: false })
    await revocation.revoke([{ session: 'laptop' }, { jti: 'a1' }])
    await revocation.reinstate({ subject: 'alice' })
    const outcome = (target: string, changed: boolean, reason: string) => {
      return { 'revoked.target': target, 'revoked.changed': changed, 'revoked.reason': reason }
    }
    expect(await sdk.points('revoked.revocations')).toEqual([
      { attributes: outcome('subject', true, 'banned'), value: 2 },
      { attributes: outcome('subject', false, 'other'), value: 1 },
      { attributes: outcome('session', true, 'none'), value: 1 },
      { attributes: outcome('jti', true, 'none'), value: 1 },
    ])
    expect(await sdk.count('revoked.reinstatements', { 'revoked.target': 'subject' })).toBe(1)
    expect(sdk.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['revoked revoke', { 'revoked.target': 'subject', 'revoked.count': 2 }],
      ['revoked revoke', { 'revoked.target': 'subject', 'revoked.count': 1 }],
      ['revoked revoke', { 'revoked.target': 'mixed', 'revoked.count': 2 }],
      ['revoked reinstate', { 'revoked.target': 'subject', 'revoked.count': 1 }],
    ])
  })

  test.each(['back_channel_logout', 'client_request', 'logout', 'redeemed', 'refresh_reused', 'too_many_sessions'])(
    'with the reason %s of this library are reported with it',
    async (reason) => {
      const { sdk, revocation } = setup()
      await revocation.revoke({ session: 'laptop' }, { reason })
      expect(await sdk.count('revoked.revocations', { 'revoked.reason': reason })).toBe(1)
    },
  )

  test('that fail are counted by cause or code, and their error is passed on', async () => {
    const { sdk, revocation } = setup({ store: { ...memoryStore(), record: () => Promise.reject(timeout) } })
    const options = { code: 'ERR_REVOCATION_UNAVAILABLE', cause: timeout }
    await expect(revocation.revoke({ subject: 'alice' })).rejects.toMatchObject(options)
    await expect(revocation.revoke({ subject: '' })).rejects.toThrow(RangeError)
    const failures = (type: string) =>
      sdk.count('revoked.revocation.failures', { 'revoked.operation': 'revoke', 'error.type': type })
    expect(await failures('timeout')).toBe(1)
    expect(await failures('RangeError')).toBe(1)
    expect(sdk.spans().map(({ attributes }) => attributes['error.type'])).toEqual(['timeout', 'RangeError'])
  })

  test('of a transaction are counted once it is committed, and not if it is rolled back', async () => {
    const { sdk, revocation } = setup({ store: withTransactions(memoryStore()) })
    const [kept, dropped] = [beginTransaction(), beginTransaction()]
    const inside = revocation.within(kept)
    await inside.revoke({ subject: 'alice' })
    await revocation.within(dropped).revoke({ subject: 'bob' })
    dropped.rollBack()
    expect(await sdk.points('revoked.revocations')).toEqual([])
    await kept.commit()
    await inside.afterCommit()
    expect(await sdk.count('revoked.revocations')).toBe(1)
  })

  test('for the second use of a refresh token say so', async () => {
    const { sdk, revocation } = setup()
    const tokens = createTokenPairs({
      revocation,
      issuer: 'https://login.example',
      audience: 'https://api.example',
      algorithms: ['HS256'],
      keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
      refresh: { lifetime: '1h' },
    })
    const { refreshToken } = await tokens.issuePair({ sub: 'alice' })
    await tokens.rotate(refreshToken)
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ code: 'ERR_REFRESH_REUSED' })
    expect(await sdk.count('revoked.revocations', { 'revoked.reason': 'refresh_reused' })).toBe(1)
  })
})

describe('single uses', () => {
  test('are counted by whether they are the first, and have spans', async () => {
    const { sdk, revocation } = setup()
    const until = Date.now() + 60_000
    for (const isFirst of [true, false, false]) expect(await revocation.once('nonce', { until })).toBe(isFirst)
    expect(await sdk.points('revoked.single_uses')).toEqual([
      { attributes: { 'revoked.first': true }, value: 1 },
      { attributes: { 'revoked.first': false }, value: 2 },
    ])
    expect(sdk.spans().map(({ name, attributes }) => [name, attributes])).toEqual(
      Array.from({ length: 3 }, () => ['revoked once', {}]),
    )
  })

  test('that fail are counted by cause, and their error is passed on', async () => {
    const { sdk, revocation } = setup({ store: { ...memoryStore(), record: () => Promise.reject(timeout) } })
    const failing = revocation.once('nonce', { until: Date.now() + 60_000 })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', cause: timeout })
    const attributes = { 'revoked.operation': 'once', 'error.type': 'timeout' }
    expect(await sdk.count('revoked.revocation.failures', attributes)).toBe(1)
    expect(await sdk.points('revoked.single_uses')).toEqual([])
  })
})

test('two revocations of a process are told apart by their names', async () => {
  const sdk = startSdk()
  for (const name of ['api', 'admin']) {
    const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' })
    await observedRevocation(revocation, { ...sdk.into, name }).check(someClaims())
  }
  expect((await sdk.points('revoked.checks')).map(({ attributes }) => attributes['revoked.name'])).toEqual([
    'api',
    'admin',
  ])
})

test.each([
  ['what is no revocation', () => observedRevocation({} as never), /must come from createRevocation/],
  ['reasons that are no list', () => setup({ reasons: 'banned' as never }), /reasons must be an array/],
  ['too many reasons', () => setup({ reasons: Array.from({ length: 51 }, String) }), /at most 50 reasons/],
])('refuses %s', (_, observe, message) => {
  expect(observe).toThrow(message)
})
