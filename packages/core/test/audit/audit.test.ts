// What core passes to a store that keeps an audit trail, and how it reads the trail.
import {
  type AuditedStore,
  type AuditNote,
  type AuditQuery,
  createRevocation,
  type RevocationOptions,
  type RevocationStore,
  type Target,
} from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { withTrail } from '@revoked/testing/audited-store'
import { plainStore } from '@revoked/testing/plain-store'
import { describe, expect, test } from 'vitest'
import { hanging, storeError } from '../support/broken-stores.ts'
import { dayMs, rejectionOf, someClaims, startMs, virtualClock } from '../support/claims.ts'

/** Opens a revocation over a store with a trail, and notes what the store is passed. */
function audited(options: Partial<RevocationOptions> = {}) {
  const clock = virtualClock()
  const store = withTrail(plainStore(clock), clock)
  const notes: (AuditNote | undefined)[] = []
  const queries: AuditQuery[] = []
  const noting: AuditedStore = {
    ...store,
    record: (marks, note) => {
      notes.push(note)
      return store.record(marks, note)
    },
    forget: (keys, note) => {
      notes.push(note)
      return store.forget(keys, note)
    },
    audit: {
      read: (query) => {
        queries.push(query)
        return store.audit.read(query)
      },
    },
  }
  const revocation = createRevocation({ store: noting, maxTokenLifetime: '24h', now: clock.now, ...options })
  return { clock, revocation, notes, queries }
}

const subjectKey = (value: string) => ({ scope: 'sub', value })

describe('what is passed to the store', () => {
  test('is who, when, why and whom it concerns', async () => {
    const { revocation, notes } = audited()
    await revocation.revoke({ subject: 'alice' }, { actor: 'admin-3', reason: 'banned' })
    await revocation.reinstate({ subject: 'alice' }, { actor: 'admin-4', reason: 'appeal' })
    expect(notes).toEqual([
      { at: startMs, actor: 'admin-3', reason: 'banned', subjects: [subjectKey('alice')] },
      { at: startMs, actor: 'admin-4', reason: 'appeal', subjects: [subjectKey('alice')] },
    ])
  })

  test.each<[name: string, target: Target, subject: string | undefined]>([
    ['{ subject }', { subject: 'alice' }, 'alice'],
    ['{ token } by its sub', { token: someClaims() }, 'alice'],
    ['{ token } without a sub', { token: someClaims({ sub: undefined }) }, undefined],
    ['{ session }', { session: 's' }, undefined],
    ['{ session } by ofSubject', { session: 's', ofSubject: 'alice' }, 'alice'],
    ['{ jti } by ofSubject', { jti: 'j', ofSubject: 'alice' }, 'alice'],
    ['{ everything }', { everything: true }, undefined],
    ['{ claim }', { claim: 'client_id', value: 'app-7' }, undefined],
  ])('has the subject of %s', async (_, target, subject) => {
    const { revocation, notes } = audited({ claims: ['client_id'] })
    await revocation.revoke(target)
    await revocation.reinstate(target)
    const subjects = [subject === undefined ? undefined : subjectKey(subject)]
    expect(notes).toEqual([
      { at: startMs, subjects },
      { at: startMs, subjects },
    ])
  })

  test('has the subject of each target that is written, and of no other', async () => {
    const { revocation, notes } = audited()
    const dead = {
      token: someClaims({ sub: 'bob', exp: (startMs - dayMs) / 1_000, iat: (startMs - 2 * dayMs) / 1_000 }),
    }
    await revocation.revoke([dead, { session: 's', ofSubject: 'carol' }, { jti: 'j' }])
    expect(notes.map((note) => note?.subjects)).toEqual([[subjectKey('carol'), undefined]])
  })

  test('names subjects within their issuer', async () => {
    const { revocation, notes } = audited({ issuer: '*' })
    const issuer = 'https://a.example'
    await revocation.revoke([
      { subject: 'alice', issuer },
      { token: someClaims() },
      { session: 's', ofSubject: 'alice', issuer },
    ])
    const key = subjectKey(JSON.stringify([issuer, 'alice']))
    expect(notes[0]?.subjects).toEqual([key, key, key])
  })

  test('has a subject for each of both namings', async () => {
    const { revocation, notes } = audited({ issuer: '*', alsoUnscoped: true })
    const issuer = 'https://a.example'
    const targets: Target[] = [
      { subject: 'alice', issuer },
      { session: 's', issuer },
    ]
    await revocation.revoke(targets)
    await revocation.reinstate(targets)
    const key = subjectKey(JSON.stringify([issuer, 'alice']))
    const subjects = [key, subjectKey('alice'), undefined, undefined]
    expect(notes.map((note) => note?.subjects)).toEqual([subjects, subjects])
  })

  test('is split with a batch of more than one slice', async () => {
    const { revocation, notes } = audited()
    const targets = Array.from({ length: 1_100 }, (_, index) => ({ session: `${index}`, ofSubject: `of ${index}` }))
    await revocation.revoke(targets, { actor: 'a' })
    await revocation.reinstate(targets, { actor: 'b' })
    for (const actor of ['a', 'b']) {
      const subjects = notes.flatMap((note) => (note?.actor === actor ? note.subjects : []))
      expect(subjects).toEqual(targets.map(({ ofSubject }) => subjectKey(ofSubject)))
    }
  })

  test('is nothing for families of refresh tokens', async () => {
    const { revocation, notes } = audited()
    await createFamilies(revocation).spend('family', { generation: 1, tokenId: 'a' })
    expect(notes).toEqual([undefined])
  })

  test('is nothing to a store without a trail, whatever the caller gives', async () => {
    const calls: unknown[][] = []
    const plain = plainStore()
    const store: RevocationStore = {
      ...plain,
      record: (...given) => {
        calls.push(given)
        return plain.record(...given)
      },
      forget: (...given) => {
        calls.push(given)
        return plain.forget(...given)
      },
    }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
    await revocation.revoke({ subject: 'alice' }, { actor: 'admin' })
    await revocation.reinstate({ subject: 'alice' }, { actor: 'admin' })
    expect(calls.map(({ length }) => length)).toEqual([1, 1])
  })
})

describe('an actor', () => {
  const wrong = [1, null, {}, '', 'x'.repeat(257), 'a\nb', '\u0000', '\u001b[31m', '\u0085', '\ud800']

  test.each(wrong)('%j is refused, and nothing is stored', async (actor) => {
    const { revocation, notes } = audited()
    const options = { actor } as { actor: string }
    const type = typeof actor === 'string' ? RangeError : TypeError
    for (const target of [{ subject: 'alice' }, { session: 's' }, { token: someClaims() }])
      await expect(revocation.revoke(target, options)).rejects.toThrow(type)
    const error = await rejectionOf(revocation.reinstate({ subject: 'alice' }, options))
    expect(error).toBeInstanceOf(type)
    if (typeof actor === 'string' && actor !== '') expect((error as Error).message).not.toContain(actor)
    expect(notes).toEqual([])
  })

  test.each(['a', 'x'.repeat(256), 'Zoë <zoe@example.com>', '\u{1f600}'])('%j is passed as it is', async (actor) => {
    const { revocation, notes } = audited()
    await revocation.revoke({ subject: 'alice' }, { actor })
    expect(notes[0]?.actor).toBe(actor)
  })

  test('does not change the mark', async () => {
    const { revocation } = audited()
    await revocation.revoke({ subject: 'alice' }, { actor: 'admin' })
    const { entries } = await revocation.audit()
    expect(entries[0]?.mark).toEqual({ cutoff: startMs, expiresAt: expect.any(Number) })
  })
})

test('ofSubject goes with sessions and bare ids only', async () => {
  const { revocation, notes } = audited()
  const targets = [
    { subject: 'a', ofSubject: 'b' },
    { token: someClaims(), ofSubject: 'b' },
    { session: 's', ofSubject: 1 },
  ]
  for (const target of targets) {
    await expect(revocation.revoke(target as unknown as Target)).rejects.toThrow(TypeError)
    await expect(revocation.reinstate(target as unknown as Target)).rejects.toThrow(TypeError)
  }
  await expect(revocation.revoke({ session: 's', ofSubject: '' })).rejects.toThrow(RangeError)
  expect(notes).toEqual([])
})

describe('reading the trail', () => {
  test('asks for a page of a hundred, without a condition', async () => {
    const { revocation, queries } = audited()
    await revocation.audit()
    expect(queries).toEqual([{ limit: 100 }])
  })

  test('names the subject as revocations do, and takes dates', async () => {
    const { revocation, queries } = audited({ issuer: '*' })
    const issuer = 'https://a.example'
    await revocation.revoke({ subject: 'alice', issuer }, { actor: 'a' })
    const from = new Date(startMs)
    const { entries } = await revocation.audit({ subject: 'alice', issuer, from, until: startMs + 1, limit: 5 })
    expect(entries.map(({ actor }) => actor)).toEqual(['a'])
    const subject = subjectKey(JSON.stringify([issuer, 'alice']))
    expect(queries).toEqual([{ subject, from: startMs, until: startMs + 1, limit: 5 }])
  })

  test('reads on after a page', async () => {
    const { revocation } = audited()
    for (const session of ['a', 'b', 'c']) await revocation.revoke({ session }, { actor: session })
    const first = await revocation.audit({ limit: 2 })
    const second = await revocation.audit({ limit: 2, after: first.next ?? '' })
    expect([...first.entries, ...second.entries].map(({ actor }) => actor)).toEqual(['c', 'b', 'a'])
    expect(second.next).toBeUndefined()
  })

  test.each<[options: object, type: new () => Error]>([
    [{ subject: 1 }, TypeError],
    [{ subject: '' }, RangeError],
    [{ issuer: 'https://a.example' }, TypeError],
    [{ subject: 'alice', issuer: 'https://a.example' }, TypeError],
    [{ from: 1_700_000_000 }, RangeError],
    [{ until: 'now' }, TypeError],
    [{ limit: 0 }, RangeError],
    [{ limit: 1_001 }, RangeError],
    [{ limit: 1.5 }, RangeError],
    [{ after: '' }, RangeError],
    [{ after: 1 }, RangeError],
    [{ after: 'x'.repeat(257) }, RangeError],
    [{ actor: 'a' }, TypeError],
  ])('refuses %j', async (options, type) => {
    const { revocation, queries } = audited()
    await expect(revocation.audit(options)).rejects.toThrow(type)
    expect(queries).toEqual([])
  })

  test('refuses what is not the next of a page as a mistake, and not as an outage', async () => {
    const { revocation } = audited()
    await expect(revocation.audit({ after: 'unknown' })).rejects.toThrow(RangeError)
  })

  test('names the option to set if the store keeps no trail', async () => {
    const revocation = createRevocation({ store: plainStore(), maxTokenLifetime: '24h' })
    const error = await rejectionOf(revocation.audit())
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toContain('auditFor')
  })

  test.each<[name: string, read: () => Promise<never>]>([
    ['rejects', () => Promise.reject(storeError)],
    ['rejects with a RangeError of its own', () => Promise.reject(new RangeError('Invalid time value'))],
    ['answers nothing', async () => undefined as never],
    ['answers no entries', async () => ({}) as never],
    ['does not answer', hanging],
  ])('is unavailable if the store %s', async (_, read) => {
    const store = { ...withTrail(plainStore()), audit: { read } }
    const revocation = createRevocation({ store, maxTokenLifetime: '24h', timeout: '20ms' })
    await expect(revocation.audit()).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })
})
