import { createRevocation, type RevocationOptions } from '@revoked/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bothStores } from './support/both-stores.ts'
import { patchable } from './support/remotes.ts'

const iat = Math.floor(Date.now() / 1_000) - 60
const claims = { sub: 'ada', jti: 'token of ada', iat, exp: iat + 600 }

describe.each(bothStores)('%s', (_, create) => {
  /** Opens a revocation over a store that is closed at the end of the test. */
  function open(storeTimeout: '100ms' | undefined, timeout: RevocationOptions['timeout']) {
    const { remote, patch } = patchable()
    const store = create(remote, storeTimeout === undefined ? {} : { timeout: storeTimeout })
    onTestFinished(() => store.close())
    const options = { store, maxTokenLifetime: '1h', failPolicy: 'open', ...(timeout && { timeout }) } as const
    return { patch, revocation: () => createRevocation(options) }
  }

  test.each([
    [undefined, '500ms', 'store (800 ms) must be below the timeout of createRevocation (500 ms)'],
    ['100ms', '100ms', 'store (100 ms) must be below the timeout of createRevocation (100 ms)'],
  ] as const)('is refused with a timeout of %s if that of checks is %s', (storeTimeout, timeout, message) => {
    const { revocation } = open(storeTimeout, timeout)
    expect(revocation).toThrow(RangeError)
    expect(revocation).toThrow(message)
  })

  test('answers in time with the marks that it knows if the remote hangs', async () => {
    const { patch, revocation } = open('100ms', '2s')
    const near = revocation()
    await near.revoke({ token: claims })
    await expect(near.isRevoked(claims)).resolves.toBe(true)
    const hang = () => new Promise<never>(() => {})
    patch.read = hang
    patch.find = hang
    await expect(near.isRevoked(claims)).resolves.toBe(true)
  })
})
