import { inspect } from 'node:util'
import { type Claims, createRevocation, type Target } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { storeWith } from './support/broken-stores.ts'
import { rejectionOf, startMs, startSeconds, thrownBy, virtualRevocation } from './support/claims.ts'

/** Every value that is private carries it. Claim names are not private. */
const secret = 'S3CRET'

const secretClaims = {
  jti: `${secret}-token`,
  sid: `${secret}-session`,
  sub: `${secret}-subject`,
  client_id: `${secret}-client`,
  iss: `https://${secret}.example`,
  iat: startSeconds - 60,
  exp: startSeconds + 840,
}
const long = secret.repeat(200)
const malformed = `${secret}\ud800`

const badClaims: readonly object[] = [
  ...['jti', 'sid', 'sub', 'client_id'].flatMap((name) => [
    { [name]: long },
    { [name]: malformed },
    { [name]: [secret] },
    { [name]: { secret } },
  ]),
  ...['exp', 'iat'].flatMap((name) => [{ [name]: secret }, { [name]: [secret] }]),
  { exp: startSeconds + 90_000 },
  { exp: startSeconds - 90_000, iat: startSeconds - 90_100 },
  { iat: startSeconds + 90_000, exp: startSeconds + 90_100 },
  { iat: undefined, exp: undefined },
]

const badTargets: readonly object[] = [
  secretClaims,
  { [secret]: secret },
  { subject: long },
  { session: malformed },
  { subject: [secret] },
  { claim: secret, value: secret },
  { claim: 'client_id', value: long },
  { claim: 'client_id', value: [secret] },
  { subject: secret, session: secret },
  { everything: secret },
  { token: secret },
  { token: { ...secretClaims, jti: undefined } },
  { subject: secret, issuer: secret },
]

const badOptions: readonly (readonly [target: object, options: object])[] = [
  [{ subject: secret }, { until: startMs + 1 }],
  [{ subject: secret }, { issuedBefore: secret }],
  [{ session: secret }, { until: secret }],
  [{ session: secret }, { except: secretClaims }],
  [{ subject: secret }, { reason: long }],
  [{ subject: secret }, { reason: { secret } }],
  [{ subject: secret }, { except: { ...secretClaims, jti: undefined, sid: undefined } }],
  [{ subject: secret }, { except: { ...secretClaims, iat: undefined } }],
]

function expectSilent(error: unknown) {
  expect(error).toBeInstanceOf(Error)
  expect(String(error)).not.toContain(secret)
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret)
}

describe('no error contains the value of a claim', () => {
  test.each(badClaims.map((fields, index) => ({ fields, index })))('of bad claims, case $index', async ({ fields }) => {
    const { revocation } = virtualRevocation()
    const claims = { ...secretClaims, ...fields } as Claims
    expectSilent(await rejectionOf(revocation.assertActive(claims)))
    const revoked = await revocation.revoke({ token: claims }).catch((error: unknown) => error)
    if (revoked instanceof Error) expectSilent(revoked)
  })

  test.each(badTargets.map((target, index) => ({ target, index })))(
    'of bad targets, case $index',
    async ({ target }) => {
      const { revocation } = virtualRevocation()
      expectSilent(await rejectionOf(revocation.revoke(target as Target)))
      expectSilent(await rejectionOf(revocation.reinstate([target as Target])))
    },
  )

  test.each(badOptions.map(([target, options], index) => ({ target, options, index })))(
    'of bad options of revoke, case $index',
    async ({ target, options }) => {
      const { revocation } = virtualRevocation()
      expectSilent(await rejectionOf(revocation.revoke(target as Target, options)))
    },
  )

  test('of a foreign issuer, a missing one, and one that cannot be exempt', async () => {
    const single = virtualRevocation({ issuer: 'https://a.example' }).revocation
    expectSilent(await rejectionOf(single.check(secretClaims)))
    const many = virtualRevocation({ issuer: '*' }).revocation
    expectSilent(await rejectionOf(many.check({ ...secretClaims, iss: undefined })))
    expectSilent(await rejectionOf(many.revoke({ subject: secret })))
    expectSilent(
      await rejectionOf(many.revoke({ subject: secret, issuer: 'https://b.example' }, { except: secretClaims })),
    )
  })

  test('of a revoked token', async () => {
    const { revocation } = virtualRevocation()
    for (const target of [{ token: secretClaims }, { session: secretClaims.sid }, { subject: secretClaims.sub }]) {
      await revocation.revoke<Target>(target, { reason: 'logout' })
      expectSilent(await rejectionOf(revocation.assertActive(secretClaims)))
      await revocation.reinstate(target)
    }
  })

  test.each<[string, () => unknown]>([
    ['answers undefined', async () => undefined],
    ['answers text', async () => secret],
    ['answers an object', async () => ({ secret })],
    ['answers too few', async () => []],
  ])('of a store that %s', async (_, answer) => {
    const options = { maxTokenLifetime: '24h', now: () => startMs } as const
    const writing = createRevocation({ ...options, store: storeWith('record', answer) })
    expectSilent(await rejectionOf(writing.revoke({ subject: secret })))
    const reading = createRevocation({ ...options, store: storeWith('find', answer), failPolicy: 'closed' })
    const verdict = await reading.check(secretClaims)
    if (verdict.status === 'unavailable') expectSilent(verdict.error)
    else expect(verdict.status).toBe('active')
  })

  test('what a store fails with stays in the cause', async () => {
    const cause = new Error(`${secret}: no such key`)
    const fail = () => Promise.reject(cause)
    const options = { maxTokenLifetime: '24h', now: () => startMs } as const
    const reading = createRevocation({ ...options, store: storeWith('find', fail) })
    const writing = createRevocation({ ...options, store: storeWith('record', fail) })
    for (const error of [
      await rejectionOf(reading.assertActive(secretClaims)),
      await rejectionOf(writing.revoke({ token: secretClaims })),
    ]) {
      expect(error).toHaveProperty('cause', cause)
      expect(String(error)).not.toContain(secret)
    }
  })

  test('of options that are wrong', () => {
    const store = storeWith('find', () => [])
    const wrong = [
      { issuer: [secret] },
      { failPolicy: secret },
      { timeout: secret },
      { claims: [secret, secret] },
      { identify: secret },
      { now: secret },
      { maxTokenLifetime: secret },
      { store: { secret } },
    ]
    for (const fields of wrong) {
      const options = { store, maxTokenLifetime: '24h' as const, ...fields }
      expectSilent(thrownBy(() => createRevocation(options as never)))
    }
  })
})
