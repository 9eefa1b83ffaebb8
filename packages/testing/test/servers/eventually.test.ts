import { eventually } from '@revoked/testing'
import { expect, test } from 'vitest'

test('returns the value of the condition', async () => {
  let calls = 0
  const value = await eventually(async () => {
    calls += 1
    if (calls === 1) throw new Error('too early')
    return calls > 3 && 'there'
  }, 'it is there')
  expect([value, calls]).toEqual(['there', 4])
})

test('names the condition and its last error at the deadline', async () => {
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
