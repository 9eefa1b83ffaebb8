import { createRevocation, type Key } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { layeredStore } from '@revoked/store-layered'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openConsole, origin } from './support/open-console.ts'

const reason = 'device_lost'

describe('a change', () => {
  test('of one device logs it out alone, and says who did it and why', async () => {
    const { ask, sessions, revocation } = openConsole()
    const phone = await sessions.open({ subject: 'ada', device: 'Phone' })
    const laptop = await sessions.open({ subject: 'ada', device: 'Laptop' })
    const close = { subject: 'ada', id: phone.id, reason }
    expect((await ask('close', close, { role: 'support' })).body).toEqual({ wasOpen: true })
    expect((await ask('close', close, { role: 'support' })).body).toEqual({ wasOpen: false })
    expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([laptop.id])
    expect(await revocation.explain({ session: phone.id })).toMatchObject([{ scope: 'sid', reason }])
    const { body } = await ask('audit', { subject: 'ada' })
    expect(body['entries']).toEqual([
      expect.objectContaining({ action: 'revoke', scope: 'sid', actor: 'support@example.com', reason, subject: 'ada' }),
    ])
  })

  test('of the device of another subject changes nothing', async () => {
    const { ask, sessions } = openConsole()
    const { id } = await sessions.open({ subject: 'ada', device: 'Phone' })
    expect((await ask('close', { subject: 'ben', id, reason })).body).toEqual({ wasOpen: false })
    expect(await sessions.count('ada')).toBe(1)
  })

  test('of all devices logs the subject out everywhere', async () => {
    const { ask, sessions, revocation } = openConsole()
    for (const device of ['Phone', 'Laptop']) await sessions.open({ subject: 'ada', device })
    expect((await ask('close-all', { subject: 'ada', reason })).body).toMatchObject({ closed: 2 })
    expect(await sessions.count('ada')).toBe(0)
    expect(await revocation.explain({ subject: 'ada' })).toMatchObject([{ scope: 'sub', reason, revokes: true }])
  })

  test('of all devices refuses the tokens even if the sessions were created without a revocation', async () => {
    const sessions = createSessions({ store: memorySessions(), idleTimeout: '1h', absoluteLifetime: '1d' })
    const { ask, revocation } = openConsole({ sessions })
    await sessions.open({ subject: 'ada' })
    expect((await ask('close-all', { subject: 'ada', reason }, { role: 'support' })).body).toEqual({ closed: 1 })
    expect(await revocation.explain({ subject: 'ada' })).toMatchObject([{ scope: 'sub', reason, revokes: true }])
    expect((await revocation.audit()).entries).toMatchObject([{ actor: 'support@example.com', reason }])
  })

  test('revokes and reinstates a subject', async () => {
    const { ask, revocation } = openConsole()
    const target = { subject: 'ada' }
    expect((await ask('revoke', { target, reason })).body).toMatchObject({ changed: true })
    expect(await revocation.explain(target)).toHaveLength(1)
    expect((await ask('reinstate', { target, reason: 'mistake' })).status).toBe(200)
    expect(await revocation.explain(target)).toEqual([])
    const { body } = await ask('audit', {})
    expect(body['entries']).toEqual([
      expect.objectContaining({ action: 'reinstate', reason: 'mistake', actor: 'admin@example.com', cutoff: null }),
      expect.objectContaining({ action: 'revoke', reason, actor: 'admin@example.com' }),
    ])
  })

  test.each(['revoke', 'reinstate', 'close', 'close-all', 'list'])('%s needs a reason', async (route) => {
    const { ask } = openConsole()
    const fields = { target: { subject: 'ada' }, subject: 'ada', id: 'a', subjects: ['ada'] }
    for (const wrong of [undefined, '', 7, 'x'.repeat(65)])
      expect((await ask(route, { ...fields, reason: wrong })).status).toBe(400)
  })

  test('of a list revokes each subject once, and closes their sessions', async () => {
    const { ask, sessions, revocation } = openConsole()
    const subjects = Array.from({ length: 45 }, (_, index) => `user-${index}`)
    for (const subject of subjects.slice(0, 30)) await sessions.open({ subject })
    const { body } = await ask('list', { subjects: [...subjects, 'user-0'], reason })
    expect(body).toEqual({ revoked: 45, changed: 45, closed: 30 })
    expect(await sessions.count('user-29')).toBe(0)
    expect(await revocation.explain({ subject: 'user-44' })).toMatchObject([{ reason }])
    // Of whoever logs in afterwards, the session stays.
    await sessions.open({ subject: 'user-1' })
    expect(await sessions.count('user-1')).toBe(1)
  })

  test.each([
    ['no list', {}],
    ['an empty one', { subjects: [] }],
    ['one of more than 500', { subjects: Array.from({ length: 501 }, (_, index) => `u${index}`) }],
    ['one with a number', { subjects: ['ada', 7] }],
    ['one with an empty subject', { subjects: ['ada', ''] }],
    ['one with a subject that is too long', { subjects: ['ada', 'x'.repeat(1_025)] }],
  ])('of a list refuses %s as a whole', async (_, fields) => {
    const { ask, revocation } = openConsole()
    expect((await ask('list', { ...fields, reason })).status).toBe(400)
    expect((await revocation.audit()).entries).toEqual([])
  })

  test.each([
    ['no JSON', '{"target"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
  ])('with a body that is %s is refused', async (_, body) => {
    expect((await openConsole().ask('revoke', body)).status).toBe(400)
  })

  test('with a body that is not UTF-8 is refused: its id would become another', async () => {
    const { handle, revocation } = openConsole()
    // In Latin-1, ÿ is the byte FF, which UTF-8 never has.
    const body = Buffer.from('{"target":{"subject":"a\u00FF"},"reason":"logout"}', 'latin1')
    const headers = { cookie: 'role=admin', 'x-revoked-console': '1', 'content-type': 'application/json' }
    const sent = new Request(`${origin}/console/api/revoke`, { method: 'POST', headers, body })
    expect((await handle(sent)).status).toBe(400)
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('with a body of more than 1 MiB is refused', async () => {
    expect((await openConsole().ask('revoke', `{"reason":"${'x'.repeat(1_048_576)}"}`)).status).toBe(413)
  })
})

describe('with several issuers', () => {
  const target = { subject: 'ada', issuer: 'https://a.example' }

  function openScoped() {
    const store = memoryStore({ auditFor: '1d' })
    const revocation = createRevocation({ store, maxTokenLifetime: '1h', issuer: '*' })
    return openConsole({ store, revocation, sessionIssuer: 'https://a.example' })
  }

  test('a target names its issuer, and sessions are those of one issuer', async () => {
    const { ask, sessions } = openScoped()
    await sessions.open({ subject: 'ada', device: 'Phone' })
    expect((await ask('lookup', { target: { subject: 'ada' } })).status).toBe(400)
    expect((await ask('lookup', { target })).body['sessions']).toHaveLength(1)
    const other = await ask('lookup', { target: { ...target, issuer: 'https://b.example' } })
    expect(other.body['sessions']).toBeNull()
    expect((await ask('me')).body).toMatchObject({ needsIssuer: true, sessionIssuer: 'https://a.example' })
  })

  test('a list closes the sessions of the issuer that it names', async () => {
    const { ask, sessions } = openScoped()
    await sessions.open({ subject: 'ada' })
    const list = { subjects: ['ada'], reason }
    expect((await ask('list', { ...list, issuer: 'https://b.example' })).body).toMatchObject({ revoked: 1, closed: 0 })
    expect((await ask('list', { ...list, issuer: 'https://a.example' })).body).toMatchObject({ revoked: 1, closed: 1 })
  })

  test('the audit trail and the state are shown', async () => {
    const { ask } = openScoped()
    await ask('revoke', { target, reason })
    expect((await ask('audit', target)).body['entries']).toEqual([
      expect.objectContaining({ scope: 'sub', value: 'ada', issuer: 'https://a.example', subject: 'ada' }),
    ])
    expect((await ask('state')).body['answer']).toMatchObject({ ok: true, marks: [] })
  })
})

test('the page is told whether the store names ids as they are', async () => {
  const plain = memoryStore()
  const hashing = { ...plain, logKey: (key: Key) => ({ ...key, value: '#k3V1' }) }
  for (const [store, namesIds] of [
    [plain, true],
    [hashing, false],
  ] as const)
    expect((await openConsole({ store }).ask('me')).body).toMatchObject({ namesIds })
})

describe('the audit trail', () => {
  test('is read page by page', async () => {
    const { ask, revocation } = openConsole()
    for (let index = 0; index < 60; index += 1) await revocation.revoke({ jti: `t${index}` })
    const first = await ask('audit', {})
    const second = await ask('audit', { after: first.body['next'] })
    expect(first.body['entries']).toHaveLength(50)
    expect(second.body).toMatchObject({ entries: expect.any(Array), next: null })
    expect(second.body['entries']).toHaveLength(10)
    expect((await ask('audit', { after: 'nonsense' })).status).toBe(400)
  })

  test('is not offered over a store without one', async () => {
    const { ask } = openConsole({ store: memoryStore() })
    expect((await ask('me')).body).toMatchObject({ hasAudit: false })
    expect(await ask('audit', {})).toMatchObject({ status: 404, body: { error: 'no_audit' } })
  })
})

describe('the state', () => {
  test('is that of the store, and of the cache of this process', async () => {
    const store = layeredStore(memoryStore())
    onTestFinished(() => store.close())
    const { ask, revocation } = openConsole({ store })
    await revocation.revoke({ everything: true }, { reason: 'key_leaked' })
    const { body } = await ask('state')
    expect(body).toMatchObject({
      maxStalenessMs: 2_000,
      cache: { state: expect.stringMatching(/live|starting/), remoteKeys: expect.any(Number) },
      answer: { ok: true, marks: [{ scope: 'all', reason: 'key_leaked' }] },
      limits: { maxTokenLifetime: 86_400_000 },
    })
  })

  test('contains no text of a foreign cache but the names of states', async () => {
    const status = () => ({ state: 'live', node: 'redis://u:S3CRET@10.0.0.7', lastFailure: new Error('S3CRET') })
    const { ask } = openConsole({ store: Object.assign(memoryStore(), { status }) })
    const { body } = await ask('state')
    expect(body['cache']).toEqual({ state: 'live', node: null, lastFailure: { name: 'Error' } })
  })

  test('counts the marks of a store that knows their number', async () => {
    const { ask, revocation } = openConsole()
    await revocation.revoke({ subject: 'ada' })
    expect((await ask('state')).body).toMatchObject({ size: 1, cache: null })
  })
})
