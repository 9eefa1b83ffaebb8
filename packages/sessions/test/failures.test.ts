/** Every call of both stores fails once: what is closed is refused first, and a retry completes. */
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { virtualClock } from '@revoked/testing'
import { expect, test } from 'vitest'
import { createSessionId, type Session } from '../src/index.ts'
import { type FailingCalls, failingCalls } from './support/failing-calls.ts'
import { claimsOf, type Setup, setup } from './support/setup.ts'

interface Scene extends Setup {
  /** The session that an action closes. */
  readonly victim: Session<unknown>
  readonly own: Session<unknown>
  readonly newId: string
}

/** Something that closes `victim`, in whatever way. */
type Action = (scene: Scene) => Promise<unknown>

const limited = { maxPerSubject: 2, onFull: 'close-least-used' } as const

async function prepare(victimId?: string): Promise<Scene & { readonly calls: FailingCalls }> {
  const clock = virtualClock()
  const calls = failingCalls(memorySessions({ now: clock.now }), memoryStore({ now: clock.now }))
  const base = setup({ clock, store: calls.store, marks: calls.marks, ...limited })
  const victim = await base.sessions.open({ subject: 'ada', ...(victimId !== undefined && { id: victimId }) })
  clock.advance(1_000)
  const own = await base.sessions.open({ subject: 'ada' })
  clock.advance(1_000)
  return { ...base, victim, own, newId: await createSessionId('ada'), calls }
}

async function stateOf({ sessions, revocation, clock, victim }: Scene) {
  const isListed = (await sessions.get('ada', victim.id)) !== undefined
  return { isListed, isAccepted: (await revocation.check(claimsOf(victim, clock.now()))).allowed }
}

/** Returns what is wrong after a failure of each call, and after the retry. */
async function violationsOf(action: Action, victimId?: string): Promise<string[]> {
  const healthy = await prepare(victimId)
  healthy.calls.failAt(0, 'before')
  await action(healthy)
  const total = healthy.calls.heal()
  expect(total).toBeGreaterThan(1)
  const violations: string[] = []
  for (let call = 1; call <= total; call++) {
    for (const when of ['before', 'after'] as const) {
      const scene = await prepare(victimId)
      scene.calls.failAt(call, when)
      const hasRejected = await action(scene).then(
        () => false,
        () => true,
      )
      scene.calls.heal()
      const place = `${when} call ${call}`
      if (!hasRejected) violations.push(`${place}: resolves`)
      const failed = await stateOf(scene)
      if (!failed.isListed && failed.isAccepted) violations.push(`${place}: off the list, and accepted`)
      await action(scene)
      const retried = await stateOf(scene)
      if (retried.isListed || retried.isAccepted) violations.push(`${place}: not completed by the retry`)
    }
  }
  return violations
}

const actions: readonly (readonly [title: string, action: Action, victimId?: string])[] = [
  ['a close', ({ sessions, victim }) => sessions.close('ada', victim.id)],
  ['a close of an id chosen by the caller', ({ sessions, victim }) => sessions.close('ada', victim.id), 'a-jti'],
  ['a close of all', ({ sessions }) => sessions.closeAll('ada')],
  [
    'a close of all others',
    ({ sessions, own, clock }) => sessions.closeAll('ada', { except: claimsOf(own, clock.now()) }),
  ],
  ['a login that closes another session', ({ sessions, newId }) => sessions.open({ subject: 'ada', id: newId })],
]

for (const [title, action, victimId] of actions) {
  test(`${title} that fails at any step refuses first, and a retry completes it`, async () => {
    expect(await violationsOf(action, victimId)).toEqual([])
  })
}

/** Controls: the two halves in the wrong order. */
const swapped: readonly (readonly [string, Action])[] = [
  [
    'a close',
    async ({ store, revocation, victim }) => {
      await store.close('ada', [victim.id])
      await revocation.revoke({ session: victim.id })
    },
  ],
  [
    'a close of all',
    async ({ store, revocation, clock }) => {
      await store.closeAll('ada', { openedUntil: clock.now() })
      await revocation.revoke({ subject: 'ada' })
    },
  ],
]

test.each(swapped)('%s that changes the list first is found', async (_, action) => {
  expect(await violationsOf(action)).toContainEqual(expect.stringContaining('off the list, and accepted'))
})
