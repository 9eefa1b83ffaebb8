import { createRevocation, type RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import { openConsole } from './support/open-console.ts'

const reason = 'device_lost'

describe('a defect', () => {
  const fail = () => Promise.reject(new TypeError('Invalid URL redis://u:S3CRET@10.0.0.7'))

  test.each([
    ['lookup', { target: { subject: 'ada' } }],
    ['close', { subject: 'ada', id: 's', reason }],
    ['close-all', { subject: 'ada', reason }],
    ['list', { subjects: ['ada'], reason }],
  ])('of the sessions is reported, and shown to nobody: %s', async (route, body) => {
    const { ask, reported } = openConsole({ sessions: { list: fail, close: fail, closeAll: fail } })
    const answer = await ask(route, body)
    expect(answer).toMatchObject({ status: 500, body: { error: 'failed' } })
    expect(JSON.stringify(answer)).not.toMatch(/S3CRET|10\.0\.0/)
    expect(reported).toEqual([expect.any(TypeError)])
  })

  test('of the revocation is reported when the state is asked for', async () => {
    const store = memoryStore()
    const revocation = { ...createRevocation({ store, maxTokenLifetime: '1h' }), explain: fail }
    const { ask, reported } = openConsole({ store, revocation })
    expect(await ask('state')).toMatchObject({ status: 500, body: { error: 'failed' } })
    expect(reported).toHaveLength(1)
  })

  test('is answered without waiting for onError', async () => {
    const onError = () => new Promise(() => undefined)
    const { ask } = openConsole({ onError, sessions: { list: fail, close: fail, closeAll: fail } })
    expect((await ask('lookup', { target: { subject: 'ada' } })).status).toBe(500)
  })
})

describe('while the store is unavailable', () => {
  /** A store that fails from now on, as one whose database is gone. */
  function failing(): RevocationStore {
    const fail = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:6379 S3CRET'))
    return { record: fail, find: fail, forget: fail, agree: fail }
  }

  test('no answer says that nothing is revoked, or that something was done', async () => {
    const { ask, reported } = openConsole({ store: failing() })
    for (const [route, body] of [
      ['lookup', { target: { subject: 'ada' } }],
      ['revoke', { target: { subject: 'ada' }, reason }],
      ['reinstate', { target: { subject: 'ada' }, reason }],
      ['close-all', { subject: 'ada', reason }],
      ['list', { subjects: ['ada'], reason }],
    ] as const) {
      const { status, body: answer } = await ask(route, body)
      expect([route, status, answer['error']]).toEqual([route, 503, 'ERR_REVOCATION_UNAVAILABLE'])
      expect(JSON.stringify(answer)).not.toMatch(/S3CRET|10\.0\.0/)
    }
    expect(reported).toHaveLength(5)
  })

  test('the state says so, without addresses', async () => {
    const { ask } = openConsole({ store: failing() })
    const { body } = await ask('state')
    expect(body['answer']).toMatchObject({ ok: false, code: 'ERR_REVOCATION_UNAVAILABLE' })
    expect(JSON.stringify(body)).not.toMatch(/S3CRET|10\.0\.0/)
  })

  test('live revocations are not offered by a store without a change log', async () => {
    const { ask } = openConsole({ store: failing() })
    expect((await ask('me')).body).toMatchObject({ hasLive: false })
    expect(await ask('changes')).toMatchObject({ status: 404, body: { error: 'no_live' } })
  })
})
