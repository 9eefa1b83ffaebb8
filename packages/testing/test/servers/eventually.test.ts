import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'

test('answers what the condition came to', async () => {
  let calls = 0
  const value = await eventually(async () => {
    calls += 1
    if (calls === 1) throw new Error('too early')
    return calls > 3 && 'there'
  }, 'it is there')
  expect([value, calls]).toEqual(['there', 4])
})

test('says at the deadline what did not happen, and why', async () => {
  const cause = new Error('still closed')
  const refused = eventually(
    () => {
      throw cause
    },
    'the door opens',
    30,
  )
  await expect(refused).rejects.toMatchObject({ message: 'not within 30 ms: the door opens', cause })
})

test('keeps the deadline with a condition that hangs', async () => {
  await expect(eventually(() => new Promise(() => undefined), 'an answer', 30)).rejects.toThrow('an answer')
})
