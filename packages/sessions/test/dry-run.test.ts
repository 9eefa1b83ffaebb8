import { expect, test } from 'vitest'
import { claimsOf, setup } from './support/setup.ts'

const dryRun = { dryRun: true } as const

async function loggedIn() {
  const all = setup()
  const phone = await all.sessions.open({ subject: 'ada' })
  all.clock.advance(1_000)
  const laptop = await all.sessions.open({ subject: 'ada' })
  all.clock.advance(1_000)
  return { ...all, phone, laptop }
}

test('a dry run of closeAll returns the devices that would be closed, and closes none', async () => {
  const { sessions, revocation, clock, phone, laptop } = await loggedIn()
  const planned = await sessions.closeAll('ada', dryRun)
  expect(planned.closed.toSorted()).toEqual([phone.id, laptop.id].toSorted())
  expect(await sessions.count('ada')).toBe(2)
  await expect(revocation.check(claimsOf(phone, clock.now()))).resolves.toHaveProperty('status', 'active')
  expect(await sessions.closeAll('ada')).toEqual({ ...planned, closed: expect.arrayContaining([...planned.closed]) })
  expect(await sessions.closeAll('ada', dryRun)).toMatchObject({ closed: [] })
})

test('a dry run of closeAll leaves out the session to exempt, and those of later', async () => {
  const { sessions, clock, phone, laptop } = await loggedIn()
  const except = claimsOf(laptop, clock.now())
  expect(await sessions.closeAll('ada', { ...dryRun, except })).toMatchObject({ closed: [phone.id] })
  const openedUntil = phone.openedAt
  expect(await sessions.closeAll('ada', { ...dryRun, openedUntil })).toMatchObject({ closed: [phone.id] })
})

test('dry runs over several subjects count people and devices', async () => {
  const { sessions } = await loggedIn()
  await sessions.open({ subject: 'ben' })
  const planned = await Promise.all(['ada', 'ben', 'nobody'].map((subject) => sessions.closeAll(subject, dryRun)))
  expect(planned.filter(({ closed }) => closed.length > 0)).toHaveLength(2)
  expect(planned.flatMap(({ closed }) => closed)).toHaveLength(3)
})

test('a dry run of close says whether the session is open, and leaves it so', async () => {
  const { sessions, revocation, clock, phone } = await loggedIn()
  expect(await sessions.close('ada', phone.id, dryRun)).toBe(true)
  expect(await sessions.count('ada')).toBe(2)
  await expect(revocation.check(claimsOf(phone, clock.now()))).resolves.toHaveProperty('status', 'active')
  await sessions.close('ada', phone.id)
  expect(await sessions.close('ada', phone.id, dryRun)).toBe(false)
})

test.each(['yes', 1, null])('%j is no dryRun, and nothing is closed', async (value) => {
  const { sessions, phone } = await loggedIn()
  const options = { dryRun: value } as never
  await expect(sessions.closeAll('ada', options)).rejects.toThrow(TypeError)
  await expect(sessions.close('ada', phone.id, options)).rejects.toThrow(TypeError)
  expect(await sessions.count('ada')).toBe(2)
})
