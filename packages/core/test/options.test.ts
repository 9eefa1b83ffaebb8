import { createRevocation, type RevocationOptions } from '@revoked/core'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'
import { someClaims, startMs, thrownBy } from './support/claims.ts'
import { testSessions } from './support/listed-sessions.ts'

const store = plainStore({ now: () => startMs })

function withOptions(fields: object): RevocationOptions {
  return { store, maxTokenLifetime: '24h', ...fields }
}

const withoutMethod = (method: string) => ({ ...store, [method]: undefined })

test('has the documented defaults', () => {
  const { now, nameId, ...settings } = readOptions(withOptions({}))
  expect(settings).toEqual({
    store,
    maxTokenLifetime: 86_400_000,
    clockTolerance: 60_000,
    claims: [],
    failPolicy: 'closed',
    allowlist: undefined,
    checkDeadline: 1_000,
    writeDeadline: 5_000,
    issuer: undefined,
    identify: undefined,
    alsoUnscoped: false,
    mode: 'enforce',
    onRefused: undefined,
    hasSystemClock: true,
  })
  expect(nameId('sid', 'session-1')).toBe('session-1')
  expect(Math.abs(now() - Date.now())).toBeLessThan(1_000)
})

test('reads every option', () => {
  const options = {
    maxTokenLifetime: '30d',
    clockTolerance: 0,
    claims: ['client_id', 'tenant'],
    failPolicy: () => 'open' as const,
    timeout: '250ms',
    issuer: '*',
    alsoUnscoped: true,
    identify: () => 'id',
    mode: 'observe' as const,
    onRefused: () => undefined,
    now: () => startMs,
  }
  expect(readOptions(withOptions(options))).toEqual({
    ...withOptions(options),
    maxTokenLifetime: 2_592_000_000,
    clockTolerance: 0,
    claims: [{ name: 'client_id' }, { name: 'tenant' }],
    timeout: undefined,
    checkDeadline: 250,
    writeDeadline: 1_250,
    nameId: expect.any(Function),
    hasSystemClock: false,
  })
})

describe('refuses', () => {
  test.each<[string, object, typeof TypeError | typeof RangeError, string | RegExp]>([
    ['no store', { store: undefined }, TypeError, 'store'],
    ['a store that is null', { store: null }, TypeError, 'store'],
    ['an option that is not known', { maxTokenLifetme: 3 }, TypeError, 'maxTokenLifetme is not an option'],
    ['a reader of a claim with one', { claims: [{ name: 'a', raed: () => 'b' }] }, TypeError, 'claims.raed is not'],
    ['a store without record', { store: withoutMethod('record') }, TypeError, 'record'],
    ['a store without find', { store: withoutMethod('find') }, TypeError, 'find'],
    ['a store without agree', { store: withoutMethod('agree') }, TypeError, 'agree'],
    ['alsoUnscoped without an issuer', { alsoUnscoped: true }, TypeError, 'alsoUnscoped'],
    ['alsoUnscoped with one issuer', { issuer: 'https://a.example', alsoUnscoped: true }, TypeError, 'alsoUnscoped'],
    ['alsoUnscoped as text', { issuer: '*', alsoUnscoped: 'yes' }, TypeError, 'alsoUnscoped'],
    ['a store without forget', { store: withoutMethod('forget') }, TypeError, 'forget'],
    ['a client of Redis', { store: { sendCommand() {}, duplicate() {} } }, TypeError, 'redisStore(client)'],
    ['a function as store', { store: () => store }, TypeError, 'pass what it returns, such as memoryStore()'],
    ['a promise of a store', { store: Promise.resolve(store) }, TypeError, 'await it first'],
    ['no maxTokenLifetime', { maxTokenLifetime: undefined }, TypeError, 'maxTokenLifetime is required'],
    ['a maxTokenLifetime of 0', { maxTokenLifetime: 0 }, RangeError, 'maxTokenLifetime'],
    ['an endless maxTokenLifetime', { maxTokenLifetime: Infinity }, RangeError, 'maxTokenLifetime'],
    ['a maxTokenLifetime in words', { maxTokenLifetime: '1 day' }, TypeError, 'maxTokenLifetime'],
    ['a negative clockTolerance', { clockTolerance: -1 }, RangeError, 'clockTolerance'],
    ['an empty clockTolerance', { clockTolerance: '' }, TypeError, 'clockTolerance'],
    ['a timeout of 0', { timeout: 0 }, RangeError, 'timeout'],
    ['a timeout in milliseconds', { timeout: 1_000 }, RangeError, "at most '60s'. A number counts seconds."],
    ['a timeout that is too long', { timeout: '2m' }, RangeError, /at most '60s'\.$/],
    [
      'a timeout that is not above that of the store',
      { store: { ...store, timeoutMs: 1_000 } },
      RangeError,
      'timeout of the store (1000 ms) must be below the timeout of createRevocation (1000 ms)',
    ],
    ['a clockTolerance in milliseconds', { clockTolerance: 60_000 }, RangeError, 'clockTolerance'],
    ['a maxTokenLifetime in milliseconds', { maxTokenLifetime: 86_400_000 }, RangeError, 'milliseconds'],
    ['an option that does not exist', { faiPolicy: 'open' }, TypeError, 'faiPolicy'],
    ['a claim reader that is no function', { claims: [{ name: 'a', read: 'b' }] }, TypeError, 'read'],
    ['an unknown failPolicy', { failPolicy: 'opne' }, TypeError, 'failPolicy'],
    ['a failPolicy that is true', { failPolicy: true }, TypeError, 'failPolicy'],
    ['an empty issuer', { issuer: '' }, TypeError, 'issuer'],
    ['a list of issuers', { issuer: ['a'] }, TypeError, 'issuer'],
    ['an identify that is a claim name', { identify: 'uti' }, TypeError, 'identify'],
    ['a now that is a number', { now: startMs }, TypeError, 'now'],
    ['claims that are a string', { claims: 'client_id' }, TypeError, 'claims'],
    ['a claim that is empty', { claims: [''] }, TypeError, 'claims'],
    ['a claim that is a number', { claims: [1] }, TypeError, 'claims'],
    ['a claim twice', { claims: ['client_id', 'client_id'] }, TypeError, 'claims'],
    ['the reserved claim jti', { claims: ['client_id', 'jti'] }, TypeError, 'jti'],
    ['the reserved claim sid', { claims: ['sid'] }, TypeError, 'sid'],
    ['the reserved claim sub', { claims: ['sub'] }, TypeError, 'sub'],
    ['the reserved claim all', { claims: ['all'] }, TypeError, 'all'],
  ])('%s at once, and names the option', (_, fields, kind, name) => {
    const error = thrownBy(() => createRevocation(withOptions(fields)))
    expect(error).toBeInstanceOf(kind)
    expect(() => {
      throw error
    }).toThrow(name)
  })

  test('a call without options', () => {
    expect(() => createRevocation(undefined as unknown as RevocationOptions)).toThrow(TypeError)
  })
})

test('accepts a timeout of a minute and a tolerance of an hour, and no more', () => {
  expect(readOptions(withOptions({ timeout: '60s', clockTolerance: '1h' }))).toMatchObject({
    writeDeadline: 300_000,
    clockTolerance: 3_600_000,
  })
})

test('accepts a store whose timeout is below its own', () => {
  const late = { ...store, timeoutMs: 1_000 }
  expect(readOptions(withOptions({ store: late, timeout: '1001ms' })).checkDeadline).toBe(1_001)
})

test('does not follow a list of claims that is changed later', async () => {
  const claims = ['client_id']
  const revocation = createRevocation(withOptions({ claims, now: () => startMs }))
  claims.pop()
  await expect(revocation.revoke({ claim: 'client_id', value: 'app-7' })).resolves.toMatchObject({ changed: true })
  await expect(revocation.isRevoked(someClaims())).resolves.toBe(true)
})

test('tells its limits and its clock, and lets nobody change them', () => {
  const now = () => startMs
  const revocation = createRevocation(withOptions({ clockTolerance: '5s', now }))
  expect(revocation.limits).toEqual({
    maxTokenLifetime: 86_400_000,
    clockTolerance: 5_000,
    writeTimeout: 5_000,
  })
  expect(revocation.now).toBe(now)
  expect(Object.isFrozen(revocation)).toBe(true)
  expect(Object.isFrozen(revocation.limits)).toBe(true)
})

describe('refuses an allowlist', () => {
  test.each<[string, unknown, string]>([
    ['that is null', null, 'allowlist must be an object'],
    ['without sessions', {}, 'allowlist.sessions must be a SessionStore, but has no open method'],
    ['over a store of revocations', { sessions: store }, 'allowlist.sessions must be a SessionStore'],
    ['over a promise', { sessions: Promise.resolve(testSessions()) }, 'has no open method'],
    ['over a store without find', { sessions: { ...testSessions(), find: 7 } }, 'has no find method'],
    ['by another id', { sessions: testSessions(), by: 'sub' }, "allowlist.by must be 'sid' or 'jti'"],
    ['by no id', { sessions: testSessions(), by: null }, "allowlist.by must be 'sid' or 'jti'"],
    ['with a misspelt option', { sessions: testSessions(), key: 'jti' }, 'allowlist.key is not an option'],
  ])('%s', (_, allowlist, message) => {
    const error = thrownBy(() => createRevocation(withOptions({ allowlist })))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain(message)
  })

  test("together with issuer: '*', and not with a single issuer", () => {
    const allowlist = { sessions: testSessions(), by: undefined }
    const message = "allowlist must not be given with issuer: '*'"
    expect(() => createRevocation(withOptions({ allowlist, issuer: '*' }))).toThrow(message)
    expect(() => createRevocation(withOptions({ allowlist, issuer: 'https://a.example' }))).not.toThrow()
    expect(() => createRevocation(withOptions({ allowlist: undefined, issuer: '*' }))).not.toThrow()
  })
})
