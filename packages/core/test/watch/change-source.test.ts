import { createRevocation } from '@revoked/core'
import { followStore, type ObservableStore, shareHandler } from '@revoked/core/follow'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { someClaims, startMs, thrownBy } from '../support/claims.ts'
import { followableStore, type TestStore } from '../support/followable-store.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf } from '../support/watching.ts'

useVirtualTime()

/** Returns a store that follows another one, as caches do, with a bound of five seconds. */
function followingStore(remote: TestStore): ObservableStore {
  const handler = shareHandler({ apply: () => {}, reset: () => {} })
  const following = followStore(remote, handler, { maxStalenessMs: 5_000 })
  return {
    record: remote.record,
    find: remote.find,
    forget: remote.forget,
    agree: remote.agree,
    logs: remote.logs,
    logOf: remote.logOf,
    logKey: remote.logKey,
    maxStalenessMs: 5_000,
    observe: (other) => ({ status: following.status, close: handler.add(other) }),
  }
}

describe('over a store that follows the log itself', () => {
  function open() {
    const remote = followableStore({ logs: 2, hashIds: true })
    const store = followingStore(remote)
    return { remote, revocation: createRevocation({ store, maxTokenLifetime: '24h' }) }
  }

  test('the log is not read a second time', async () => {
    const { remote, revocation } = open()
    await pass(10_000)
    const before = remote.reads()
    await pass(60_000)
    const without = remote.reads() - before
    const watch = revocation.watch(someClaims())
    await pass(60_000)
    expect(remote.reads() - before - without).toBeLessThan(without * 1.3)
    expect(remote.subscriptions()).toBe(2)
    expect(watch.signal.aborted).toBe(false)
    watch.close()
  })

  test('the signal aborts when the token is revoked, before and after the start', async () => {
    const { remote, revocation } = open()
    const [early, late] = [revocation.watch(someClaims({ sub: 'early' })), revocation.watch(someClaims())]
    await revocation.revoke({ subject: 'early' })
    await pass(100)
    expect([early, late].map(codeOf)).toEqual(['ERR_TOKEN_REVOKED', undefined])
    remote.faults.pushes = 'lost'
    await revocation.revoke({ subject: 'alice' })
    await pass(1_500)
    expect(codeOf(late)).toBe('ERR_TOKEN_REVOKED')
  })

  test('the bound is that of the store', async () => {
    const { remote, revocation } = open()
    const watch = revocation.watch(someClaims())
    await pass(10_000)
    remote.faults.reads = new Error('down')
    await pass(3_500)
    expect(watch.signal.aborted).toBe(false)
    await pass(2_500)
    expect(codeOf(watch)).toBe('ERR_REVOCATION_UNAVAILABLE')
    expect(thrownBy(() => revocation.watch(someClaims(), { maxStaleness: '2s' }))).toBeInstanceOf(TypeError)
  })

  test('tokens are looked up again after the store missed entries', async () => {
    const { remote, revocation } = open()
    const watch = revocation.watch(someClaims())
    await pass(10_000)
    const mark = { cutoff: startMs, expiresAt: startMs + 900_000 }
    await remote.restart([{ key: { scope: 'sub', value: 'alice' }, mark }])
    await pass(2_500)
    expect(codeOf(watch)).toBe('ERR_TOKEN_REVOKED')
  })

  test('an error of observe is thrown, and nothing is kept', () => {
    const { remote } = open()
    const refusal = new TypeError('idleAfter excludes watch.')
    const observe = () => {
      throw refusal
    }
    const store = { ...followingStore(remote), observe }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
    expect(thrownBy(() => revocation.watch(someClaims()))).toBe(refusal)
    expect(thrownBy(() => revocation.watch(someClaims()))).toBe(refusal)
  })
})

test('a store that cannot be followed is refused, with the stores that can be', () => {
  const revocation = createRevocation({ store: plainStore(), maxTokenLifetime: '24h' })
  const error = thrownBy(() => revocation.watch(someClaims()))
  expect(error).toBeInstanceOf(TypeError)
  expect(String(error)).toMatch(/memoryStore, redisStore, layeredStore, mirroredStore/)
})

test.each<[string, object, RegExp]>([
  ['an unknown one', { maxStalenes: '2s' }, /maxStalenes is not an option/],
  ['a bound below 50 ms', { maxStaleness: '49ms' }, /from 50 ms to a minute/],
  ['a bound above a minute', { maxStaleness: 61 }, /from 50 ms to a minute\. A number counts seconds/],
  ['a bound with a unit above a minute', { maxStaleness: '5m' }, /from 50 ms to a minute\.$/],
  ['a bound that is no duration', { maxStaleness: 'soon' }, /maxStaleness must be/],
  ['refresh that is no boolean', { refresh: 'yes' }, /refresh of watch must be a boolean/],
  ['a fail policy that is misspelt', { failPolicy: 'Open' }, /failPolicy must be 'closed', 'open' or a function/],
])('wrong options are refused: %s', (_, options, message) => {
  const revocation = createRevocation({ store: followableStore(), maxTokenLifetime: '24h' })
  expect(() => revocation.watch(someClaims(), options)).toThrow(message)
})

describe('a shared handler', () => {
  test('calls all handlers in the order of their addition until they are removed', () => {
    const calls: string[] = []
    const named = (name: string) => ({ apply: () => calls.push(name), reset: () => calls.push(`${name} reset`) })
    const shared = shareHandler(named('first'))
    const second = named('second')
    const removeOnce = shared.add(second)
    const removeTwice = shared.add(second)
    shared.reset(0)
    removeOnce()
    removeOnce()
    shared.reset(0)
    removeTwice()
    shared.reset(0)
    expect(calls.join()).toBe('first reset,second reset,second reset,first reset,second reset,first reset')
  })

  test('passes on every call, also to handlers without it', () => {
    const calls: unknown[] = []
    const shared = shareHandler({ apply: () => {}, reset: () => {} })
    shared.add({
      apply: (_, log) => calls.push(['apply', log]),
      reset: (log) => calls.push(['reset', log]),
      suspect: (keys, log) => calls.push(['suspect', keys, log]),
      confirmed: (log) => calls.push(['confirmed', log]),
      renew: (log) => calls.push(['renew', log]),
    })
    shared.suspect([], 1)
    shared.confirmed(2)
    shared.renew(3)
    expect(calls).toEqual([
      ['suspect', [], 1],
      ['confirmed', 2],
      ['renew', 3],
    ])
  })
})
