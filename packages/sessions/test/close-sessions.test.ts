import { type Claims, createRevocation, UnidentifiableTokenError } from '@revoked/core'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { type CloseOptions, createSessionId, createSessions } from '../src/index.ts'
import { claimsOf, setup } from './support/setup.ts'

test('a closed session is not listed, and its tokens are refused with the reason', async () => {
  const { sessions, clock, revocation } = setup()
  const session = await sessions.open({ subject: 'ada' })
  const claims = claimsOf(session, clock.now())
  expect((await revocation.check(claims)).status).toBe('active')
  expect(await sessions.close('ada', session.id, { reason: 'lost_phone' })).toBe(true)
  expect(await sessions.list('ada')).toEqual([])
  expect(await revocation.check(claims)).toMatchObject({ status: 'revoked', by: 'sid', reason: 'lost_phone' })
  expect(await sessions.close('ada', session.id)).toBe(false)
})

test.each(['made by createSessionId', 'chosen by the caller'])(
  'nobody closes the session of another one by an id %s',
  async (kind) => {
    const { sessions, clock, revocation } = setup()
    const id = kind === 'chosen by the caller' ? 'a-jti' : await createSessionId('bob')
    const session = await sessions.open({ subject: 'bob', id })
    expect(await sessions.close('ada', id)).toBe(false)
    expect((await sessions.touch('ada', id)).status).toBe('not_open')
    expect(await sessions.get('ada', id)).toBeUndefined()
    expect(await sessions.get('bob', id)).toEqual(session)
    expect((await revocation.check(claimsOf(session, clock.now()))).status).toBe('active')
  },
)

test('an unknown id is closed in the same steps as a known one', async () => {
  const { clock, store, marks } = setup()
  const calls: string[] = []
  const noting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, name, receiver) => {
        calls.push(String(name))
        return Reflect.get(target, name, receiver)
      },
    })
  const { sessions } = setup({ clock, store: { ...store }, marks })
  const { id } = await sessions.open({ subject: 'ada' })
  const observed = setup({ clock, store: noting({ ...store }), marks: noting({ ...marks }) }).sessions
  const closing = async (one: string): Promise<string[]> => {
    calls.length = 0
    await observed.close('ada', one)
    return [...calls]
  }
  await closing(await createSessionId('ada'))
  const known = await closing(id)
  expect(known).toEqual(['record', 'close'])
  expect(await closing(await createSessionId('ada'))).toEqual(known)
})

test('a session that was just revoked is not revoked again', async () => {
  const clock = virtualClock()
  const marks = { ...memoryStore({ now: clock.now }) }
  const { record } = marks
  const records: unknown[] = []
  marks.record = (keyed, ...rest) => {
    records.push(keyed)
    return record(keyed, ...rest)
  }
  const { sessions, revocation } = setup({ clock, marks })
  const [one, two] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  const revoked = await revocation.revoke({ session: one.id })
  expect(await sessions.close('ada', one.id, { revoked })).toBe(true)
  expect(records).toHaveLength(1)
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([two.id])
})

test.each([true, {}, { changed: true }, null])('takes %j for no revocation', async (revoked) => {
  const { sessions } = setup()
  const { id } = await sessions.open({ subject: 'ada' })
  const options = { revoked } as unknown as CloseOptions
  await expect(sessions.close('ada', id, options)).rejects.toThrow(TypeError)
  expect(await sessions.count('ada')).toBe(1)
})

test('closes all sessions, and refuses all tokens, but those of the caller', async () => {
  const { sessions, clock, revocation } = setup()
  const [own, other] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  const bob = await sessions.open({ subject: 'bob' })
  clock.advance(2_000)
  const result = await sessions.closeAll('ada', { except: claimsOf(own, clock.now()), reason: 'password_changed' })
  expect(result).toEqual({ closed: [other.id], reissueAt: Math.floor(clock.now() / 1_000) + 1 })
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([own.id])
  const status = async (session: typeof own) => (await revocation.check(claimsOf(session, clock.now()))).status
  expect(await Promise.all([own, other, bob].map(status))).toEqual(['active', 'revoked', 'active'])
  expect((await sessions.closeAll('ada')).closed).toEqual([own.id])
  expect(await status(own)).toBe('revoked')
})

test('of two devices that log each other out, none is left', async () => {
  const { sessions, clock, revocation } = setup()
  const [one, two] = [await sessions.open({ subject: 'ada' }), await sessions.open({ subject: 'ada' })]
  const claims = [one, two].map((session) => claimsOf(session, clock.now()))
  await Promise.all(claims.map((except) => sessions.closeAll('ada', { except })))
  expect(await sessions.list('ada')).toEqual([])
  const verdicts = await Promise.all(claims.map((one) => revocation.check(one)))
  expect(verdicts.map(({ allowed }) => allowed)).toEqual([false, false])
})

test('refuses to exempt the token of another subject, or one without a session', async () => {
  const { sessions, clock } = setup()
  const own = await sessions.open({ subject: 'ada' })
  const claims = claimsOf(own, clock.now())
  await expect(sessions.closeAll('bob', { except: claims })).rejects.toThrow(TypeError)
  await expect(sessions.closeAll('ada', { except: { ...claims, sid: undefined } })).rejects.toThrow(
    UnidentifiableTokenError,
  )
  await expect(sessions.closeAll('ada', { except: { ...claims, iat: undefined } })).rejects.toThrow(
    UnidentifiableTokenError,
  )
  await expect(sessions.closeAll('ada', { except: own.id as never })).rejects.toThrow(TypeError)
  expect(await sessions.count('ada')).toBe(1)
})

test('each token may be a session by itself, by its jti', async () => {
  const { sessions, clock, revocation } = setup({ by: 'jti' })
  const [one, two] = ['jti-1', 'jti-2'].map((jti) => {
    const iat = clock.now() / 1_000
    return { sub: 'ada', jti, iat, exp: iat + 900 }
  })
  if (one === undefined || two === undefined) throw new Error('Two tokens are needed.')
  for (const { jti } of [one, two]) await sessions.open({ subject: 'ada', id: jti })
  await sessions.close('ada', 'jti-1')
  const verdicts = await Promise.all([one, two].map((claims) => revocation.check(claims)))
  expect(verdicts.map(({ status }) => status)).toEqual(['revoked', 'active'])
  expect((await sessions.closeAll('ada', { except: two })).closed).toEqual([])
})

test('exempts no jti beside a sid, whose other tokens would pass though their sessions are closed', async () => {
  const { sessions, clock, revocation } = setup({ by: 'jti' })
  const iat = clock.now() / 1_000
  const tokens = ['own', 'other'].map((jti) => ({ sub: 'ada', sid: 'device', jti, iat, exp: iat + 900 }))
  for (const { jti } of tokens) await sessions.open({ subject: 'ada', id: jti })
  await expect(sessions.closeAll('ada', { except: tokens[0] as Claims })).rejects.toThrow(UnidentifiableTokenError)
  expect(await sessions.count('ada')).toBe(2)
  await sessions.closeAll('ada')
  const verdicts = await Promise.all(tokens.map((claims) => revocation.check(claims)))
  expect(verdicts.map(({ status }) => status)).toEqual(['revoked', 'revoked'])
})

test('names the issuer, if ids are unique within an issuer only', async () => {
  const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h', issuer: '*' })
  const options = { store: memorySessions(), revocation, idleTimeout: '30m', absoluteLifetime: '30d' } as const
  expect(() => createSessions(options)).toThrow(/issuer is required/)
  const sessions = createSessions({ ...options, issuer: 'login' })
  const session = await sessions.open({ subject: 'ada' })
  const claims = { ...claimsOf(session, Date.now()), iss: 'login' }
  expect((await revocation.check(claims)).status).toBe('active')
  await sessions.close('ada', session.id)
  expect((await revocation.check(claims)).status).toBe('revoked')
  expect((await revocation.check({ ...claims, iss: 'other' })).status).toBe('active')
  await sessions.closeAll('ada')
})

test('closes what was opened until an instant, and leaves later logins open', async () => {
  const { sessions, clock, revocation } = setup()
  const one = await sessions.open({ subject: 'ada' })
  const openedUntil = clock.now()
  clock.advance(60_000)
  const since = await sessions.open({ subject: 'ada' })
  expect((await sessions.closeAll('ada', { openedUntil })).closed).toEqual([one.id])
  expect((await sessions.list('ada')).map(({ id }) => id)).toEqual([since.id])
  const verdicts = await Promise.all([one, since].map((session) => revocation.check(claimsOf(session, clock.now()))))
  expect(verdicts.map(({ status }) => status)).toEqual(['revoked', 'active'])
  await expect(sessions.closeAll('ada', { openedUntil: clock.now() / 1_000 })).rejects.toThrow(RangeError)
  await expect(sessions.closeAll('ada', { openedUntil: clock.now() + 61_000 })).rejects.toThrow(RangeError)
})

test('closes all of a subject that was just revoked, without revoking it again', async () => {
  const { sessions, clock, revocation } = setup()
  await sessions.open({ subject: 'ada' })
  const issuedBefore = clock.now()
  const revoked = await revocation.revoke({ subject: 'ada' }, { issuedBefore })
  clock.advance(5_000)
  const since = await sessions.open({ subject: 'ada' })
  const { closed, reissueAt } = await sessions.closeAll('ada', { openedUntil: issuedBefore, revoked })
  expect({ closed: closed.length, reissueAt }).toEqual({ closed: 1, reissueAt: revoked.reissueAt })
  // Nothing later was revoked.
  expect((await revocation.check(claimsOf(since, clock.now()))).status).toBe('active')
  await expect(sessions.closeAll('ada', { openedUntil: issuedBefore, revoked: true as never })).rejects.toThrow(
    TypeError,
  )
})

test('without a revocation, closing ends the listing', async () => {
  const sessions = createSessions({ store: memorySessions(), idleTimeout: '30m', absoluteLifetime: '30d' })
  const one = await sessions.open({ subject: 'ada' })
  await sessions.open({ subject: 'ada' })
  expect(await sessions.close('ada', one.id)).toBe(true)
  expect(await sessions.closeAll('ada')).toEqual({ closed: [expect.any(String)] })
  expect(await sessions.count('ada')).toBe(0)
})

test('closes none that was opened since the subject was revoked', async () => {
  const { sessions, revocation } = setup()
  const revoked = await revocation.revoke({ subject: 'ada' })
  await expect(sessions.closeAll('ada', { revoked })).rejects.toThrow(/openedUntil is required/)
})
