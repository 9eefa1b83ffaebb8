/** Logins beside `closeAll`, in all orders of their calls: listed is what is accepted. */
import type { RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import type { VirtualClock } from '@revoked/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { claimsOf, setup } from './support/setup.ts'

/** Delays each call of a store, and each of its answers, as the scheduler says. */
function scheduled<T extends SessionStore | RevocationStore>(target: T, scheduler: fc.Scheduler): T {
  return new Proxy(target, {
    get: (_, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function' || name === 'agree') return method
      return async (...given: readonly unknown[]) => {
        await scheduler.schedule(Promise.resolve(), `${String(name)} arrives`)
        const result: unknown = await Reflect.apply(method, target, given)
        await scheduler.schedule(Promise.resolve(), `${String(name)} is answered`)
        return result
      }
    },
  })
}

/** A clock that moves on with every second reading, so that some instants are equal. */
function tickingClock(): VirtualClock {
  let readings = 0
  const startMs = Date.UTC(2026, 0, 1, 12, 0, 0, 250)
  return { now: () => startMs + Math.floor(readings++ / 2), advance: () => undefined }
}

/** Returns what is listed and not accepted, or the other way round, once all is quiet. */
async function violationsOf(scheduler: fc.Scheduler, listOf = (list: SessionStore) => list): Promise<string[]> {
  const clock = tickingClock()
  const plain = { store: listOf(memorySessions({ now: clock.now })), marks: memoryStore({ now: clock.now }) }
  const own = await setup({ clock, ...plain }).sessions.open({ subject: 'ada' })
  const arriving = { ...scheduled({ ...plain.store }, scheduler) }
  // The id of a new session is hashed outside of the scheduler: a close waits for that.
  let noteSent = (): void => undefined
  const isSent = new Promise<void>((resolve) => {
    noteSent = resolve
  })
  const store: SessionStore = {
    ...arriving,
    open: (session, limit) => {
      if (session.id !== 'given') noteSent()
      return arriving.open(session, limit)
    },
  }
  const scene = setup({ clock, store, marks: scheduled({ ...plain.marks }, scheduler) })
  // Each begins when the scheduler says so. A new id is checked at once, a given one once it is
  // listed.
  const begin = <T>(call: () => Promise<T>): Promise<T> => scheduler.schedule(Promise.resolve(), 'begins').then(call)
  const logins = [{}, { id: 'given' }].map((id) => begin(() => scene.sessions.open({ subject: 'ada', ...id })))
  const except = claimsOf(own, clock.now())
  const closes = [Promise.resolve(), isSent].map((after) =>
    after.then(() => begin(() => scene.sessions.closeAll('ada', { except }))),
  )
  const settled = Promise.allSettled([...logins, ...closes])
  await scheduler.waitFor(settled)
  const results = await Promise.allSettled(logins)
  const opened = [own, ...results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))]
  const { revocation, sessions } = setup({ clock, ...plain })
  const listed = (await sessions.list('ada')).map(({ id }) => id)
  const unknown = listed.filter((id) => !opened.some((session) => session.id === id))
  const verdicts = await Promise.all(opened.map((session) => revocation.check(claimsOf(session, clock.now()))))
  return [
    ...unknown.map(() => 'a login that was refused is listed'),
    ...opened.flatMap(({ id }, index) =>
      verdicts[index]?.allowed === listed.includes(id) ? [] : ['listed is not what is accepted'],
    ),
  ]
}

const inAllOrders = (listOf?: (list: SessionStore) => SessionStore) =>
  fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    expect(await violationsOf(scheduler, listOf)).toEqual([])
  })

test('a session is listed if and only if its tokens are accepted', { timeout: 30_000 }, async () => {
  await fc.assert(inAllOrders(), { numRuns: 300 })
})

test('a list that forgets when it was closed is found', { timeout: 30_000 }, async () => {
  const forgetful = (list: SessionStore): SessionStore => ({
    ...list,
    closeAll: async (subject, { openedUntil, except }) => {
      const open = await list.list(subject)
      const closed = open.filter(({ id, openedAt }) => openedAt <= openedUntil && id !== except)
      return await list.close(
        subject,
        closed.map(({ id }) => id),
      )
    },
  })
  expect((await fc.check(inAllOrders(forgetful), { numRuns: 300 })).failed).toBe(true)
})
