/** Any calls by any subjects with any ids, against a model: an id and its subject, open or not. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Session } from '../src/index.ts'
import { claimsOf, type Setup, setup } from './support/setup.ts'

const subjects = ['ada', 'ada:1', '{ada}', '__proto__', 'Ада\n\0', '3:adax'] as const

interface Step {
  readonly kind: 'open' | 'open chosen' | 'touch' | 'get' | 'close' | 'close all' | 'close others' | 'wait'
  readonly subject: string
  /** Which of the sessions that were ever opened, by whomever. */
  readonly pick: number
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(
      'open',
      'open',
      'open chosen',
      'touch',
      'get',
      'close',
      'close',
      'close all',
      'close others',
      'wait',
    ),
    subject: fc.constantFrom(...subjects),
    pick: fc.nat(),
  }),
  { maxLength: 40 },
)

class Model {
  readonly all: { readonly session: Session<unknown>; isOpen: boolean }[] = []

  openOf(subject: string) {
    return this.all.filter(({ session, isOpen }) => isOpen && session.subject === subject)
  }
}

async function run({ kind, subject, pick }: Step, model: Model, { sessions, clock }: Setup): Promise<void> {
  const picked = model.all[pick % Math.max(1, model.all.length)]
  const id = picked?.session.id ?? 'unknown'
  const isOwn = picked?.isOpen === true && picked.session.subject === subject
  if (kind === 'open' || kind === 'open chosen') {
    const chosen = kind === 'open' ? {} : { id: `chosen ${model.all.length}` }
    model.all.push({ session: await sessions.open({ subject, ...chosen }), isOpen: true })
  } else if (kind === 'touch') {
    expect((await sessions.touch(subject, id)).status !== 'not_open').toBe(isOwn)
  } else if (kind === 'get') {
    expect((await sessions.get(subject, id)) !== undefined).toBe(isOwn)
  } else if (kind === 'close') {
    expect(await sessions.close(subject, id)).toBe(isOwn)
    if (isOwn) picked.isOpen = false
  } else if (kind === 'wait') clock.advance(20_000)
  else {
    const except = kind === 'close others' && isOwn ? { except: claimsOf(picked.session, clock.now()) } : {}
    const gone = model.openOf(subject).filter((one) => one !== picked || !('except' in except))
    const { closed } = await sessions.closeAll(subject, except)
    expect([...closed].sort()).toEqual(gone.map(({ session }) => session.id).sort())
    for (const one of gone) one.isOpen = false
  }
}

test('lists and accepts what its own subject has opened and not closed, and nothing else', {
  timeout: 30_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const scene = setup({ idleTimeout: '1d' })
      const model = new Model()
      for (const step of all) {
        await run(step, model, scene)
        scene.clock.advance(1)
      }
      for (const subject of subjects) {
        const listed = (await scene.sessions.list(subject)).map(({ id }) => id)
        expect(listed.sort()).toEqual(
          model
            .openOf(subject)
            .map(({ session }) => session.id)
            .sort(),
        )
      }
      for (const { session, isOpen } of model.all) {
        const { allowed } = await scene.revocation.check(claimsOf(session, scene.clock.now()))
        expect(allowed).toBe(isOpen)
      }
    }),
    { numRuns: 200 },
  )
})
