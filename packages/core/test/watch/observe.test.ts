import { createRevocation, type RefusalOutcome, type RevocationOptions, type WatchOptions } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { someClaims, startSeconds } from '../support/claims.ts'
import { followableStore } from '../support/followable-store.ts'
import { testSessions } from '../support/listed-sessions.ts'
import { pass, useVirtualTime } from '../support/virtual-time.ts'
import { codeOf } from '../support/watching.ts'

useVirtualTime()

/** Watches a token of ten minutes, and notes what is reported. */
async function open(options: Partial<RevocationOptions> = {}, watchOptions: WatchOptions = {}, fields: object = {}) {
  const told: string[] = []
  const onRefused = (error: Error, { refused }: RefusalOutcome) =>
    told.push(`${'code' in error && error.code}${refused ? '' : ', passes'}`)
  const store = followableStore()
  const all: RevocationOptions = { store, maxTokenLifetime: '24h', mode: 'observe', onRefused, ...options }
  const revocation = createRevocation(all)
  const watch = revocation.watch(someClaims({ exp: startSeconds + 600, ...fields }), watchOptions)
  await pass(1_000)
  return { store, told, watch, revocation, another: createRevocation(all) }
}

describe('a watch in the mode observe', () => {
  test('goes on if the token is revoked, and is reported once', async () => {
    const { told, watch, another } = await open()
    await another.revoke({ subject: 'alice' })
    await pass(1_000)
    await another.revoke({ session: 'session-1' })
    await pass(10_000)
    expect(watch.signal.aborted).toBe(false)
    expect(told).toEqual(['ERR_TOKEN_REVOKED, passes'])
  })

  test('goes on if the token was revoked before, and is reported once', async () => {
    const { told, revocation, another } = await open()
    await another.revoke({ subject: 'alice' })
    await pass(1_000)
    const late = revocation.watch(someClaims())
    await pass(10_000)
    expect(late.signal.aborted).toBe(false)
    expect(told).toEqual(['ERR_TOKEN_REVOKED, passes', 'ERR_TOKEN_REVOKED, passes'])
  })

  test('goes on if the session is not listed, and is reported', async () => {
    const { told, watch } = await open({ allowlist: { sessions: testSessions() } })
    await pass(10_000)
    expect(watch.signal.aborted).toBe(false)
    expect(told).toEqual(['ERR_TOKEN_REVOKED, passes'])
  })

  test('goes on during an outage, and is reported once per outage', async () => {
    const { store, told, watch } = await open()
    for (let outage = 0; outage < 2; outage++) {
      store.faults.reads = new Error('down')
      await pass(20_000)
      store.faults.reads = undefined
      await pass(20_000)
    }
    expect(watch.signal.aborted).toBe(false)
    expect(told).toEqual(['ERR_REVOCATION_UNAVAILABLE, passes', 'ERR_REVOCATION_UNAVAILABLE, passes'])
  })

  test('reports no outage that an open policy lets pass', async () => {
    const { store, told } = await open({ failPolicy: 'open' })
    store.faults.reads = new Error('down')
    await pass(20_000)
    expect(told).toEqual([])
  })

  test('goes on if the token lives too long, and ends when it expires', async () => {
    const { told, watch } = await open({ maxTokenLifetime: '5m' })
    expect(told).toEqual(['ERR_TOKEN_LIFETIME, passes'])
    await pass(600_000)
    expect(watch.signal.aborted).toBe(false)
    await pass(61_000)
    expect(codeOf(watch)).toBe('ERR_TOKEN_EXPIRED')
    expect(told).toHaveLength(1)
  })

  test('ends when the token expires, although it was revoked before', async () => {
    const { watch, another } = await open()
    await another.revoke({ subject: 'alice' })
    await pass(661_000)
    expect(codeOf(watch)).toBe('ERR_TOKEN_EXPIRED')
  })

  test('ends if the claims cannot be used', async () => {
    const { told, watch } = await open({}, {}, { sub: 7 })
    expect(codeOf(watch)).toBe('ERR_INVALID_CLAIMS')
    expect(told).toEqual(['ERR_INVALID_CLAIMS'])
  })

  test('can be one of a single watch, and the other way round', async () => {
    const enforced = await open({}, { mode: 'enforce' })
    await enforced.another.revoke({ subject: 'alice' })
    await pass(1_000)
    expect(codeOf(enforced.watch)).toBe('ERR_TOKEN_REVOKED')
    expect(enforced.told).toEqual(['ERR_TOKEN_REVOKED'])
    const observed = await open({ mode: 'enforce' }, { mode: 'observe' })
    await observed.another.revoke({ subject: 'alice' })
    await pass(1_000)
    expect(observed.watch.signal.aborted).toBe(false)
  })

  test('refuses a mode that is none', async () => {
    const { revocation } = await open()
    expect(() => revocation.watch(someClaims(), { mode: 'on' as never })).toThrow(TypeError)
  })
})

test('a watch in the mode enforce is reported when it ends', async () => {
  const { told, another } = await open({ mode: 'enforce' })
  await another.revoke({ subject: 'alice' })
  await pass(1_000)
  expect(told).toEqual(['ERR_TOKEN_REVOKED'])
})
