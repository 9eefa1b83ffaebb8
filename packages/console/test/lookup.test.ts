import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openConsole } from './support/open-console.ts'

describe('a look-up', () => {
  test('shows who is logged in where, which marks apply, and why', async () => {
    const { ask, sessions, revocation } = openConsole()
    const phone = await sessions.open({ subject: 'ada', device: { name: 'Phone', kind: 'phone' } })
    await sessions.open({ subject: 'ada', device: 'Laptop' })
    await revocation.revoke({ subject: 'ada' }, { reason: 'password_changed', issuedBefore: Date.now() - 60_000 })
    const { body } = await ask('lookup', { target: { subject: 'ada' } })
    expect(body['sessions']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: phone.id, device: { name: 'Phone', kind: 'phone' } }),
        expect.objectContaining({ device: { name: 'Laptop', kind: null } }),
      ]),
    )
    expect(body['marks']).toEqual([
      expect.objectContaining({ scope: 'sub', reason: 'password_changed', revokes: true }),
    ])
  })

  test('of a session shows it if its subject is named, and the marks on both', async () => {
    const { ask, sessions, revocation } = openConsole()
    const phone = await sessions.open({ subject: 'ada', device: 'Phone' })
    await sessions.open({ subject: 'ada', device: 'Laptop' })
    await revocation.revoke({ session: phone.id })
    const { body } = await ask('lookup', { target: { session: phone.id, ofSubject: 'ada' } })
    expect(body['sessions']).toEqual([expect.objectContaining({ id: phone.id })])
    expect(body['marks']).toEqual([expect.objectContaining({ scope: 'sid', cutoff: 'all' })])
    expect((await ask('lookup', { target: { session: phone.id } })).body['sessions']).toBeNull()
  })

  test('of a session shows its device by its id alone if the application knows whose it is', async () => {
    const asked: string[] = []
    const subjectOfSession = async (id: string) => {
      asked.push(id)
      return id === 'unknown' ? undefined : 'ada'
    }
    const { ask, sessions, revocation } = openConsole({ subjectOfSession })
    const { id } = await sessions.open({ subject: 'ada', device: 'Phone' })
    await revocation.revoke({ subject: 'ada' }, { issuedBefore: Date.now() - 60_000 })
    const { body } = await ask('lookup', { target: { session: id } })
    expect(body).toMatchObject({ subject: 'ada', sessions: [{ id }], marks: [{ scope: 'sub' }] })
    const other = await ask('lookup', { target: { session: 'unknown' } })
    expect(other.body).toMatchObject({ subject: null, sessions: null, marks: [] })
    // What the person has named counts, and other targets have no session.
    expect((await ask('lookup', { target: { session: id, ofSubject: 'ben' } })).body['sessions']).toEqual([])
    await ask('lookup', { target: { subject: 'ada' } })
    await ask('lookup', { target: { jti: 't' } })
    expect(asked).toEqual([id, 'unknown'])
  })

  test.each([
    ['throws', () => Promise.reject(new Error('S3CRET'))],
    ['returns a number', () => 7 as never],
    ['returns nothing', () => ''],
  ])('fails if subjectOfSession %s, and shows nothing of it', async (_, subjectOfSession) => {
    const { ask, reported } = openConsole({ subjectOfSession })
    const answer = await ask('lookup', { target: { session: 's' } })
    expect(answer).toMatchObject({ status: 500, body: { error: 'failed' } })
    expect(JSON.stringify(answer)).not.toContain('S3CRET')
    expect(reported).toHaveLength(1)
  })

  test('is answered with 503 if subjectOfSession says nothing for ten seconds', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { ask, reported } = openConsole({ subjectOfSession: () => new Promise(() => undefined) })
    const asking = ask('lookup', { target: { session: 's' } })
    await vi.advanceTimersByTimeAsync(10_001)
    expect(await asking).toMatchObject({ status: 503, body: { error: 'unavailable' } })
    expect(reported).toHaveLength(1)
  })

  test('fails if describeDevice throws, and shows nothing of its error', async () => {
    const describeDevice = () => {
      throw new TypeError('S3CRET')
    }
    const { ask, sessions, reported } = openConsole({ describeDevice })
    await sessions.open({ subject: 'ada', device: 'Phone' })
    const answer = await ask('lookup', { target: { subject: 'ada' } })
    expect(answer).toMatchObject({ status: 500, body: { error: 'failed' } })
    expect(JSON.stringify(answer)).not.toContain('S3CRET')
    expect(reported).toEqual([expect.any(TypeError)])
  })

  test('of an unknown claim says what is wrong', async () => {
    const { body } = await openConsole().ask('lookup', { target: { claim: 'nope', value: 'a' } })
    expect(body).toMatchObject({ error: 'invalid_request', message: expect.stringContaining('claim') })
  })
})
