import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSessionId } from '../src/index.ts'
import { ownerOf } from '../src/session-id.ts'

const anyText = fc.string({ unit: 'binary', minLength: 1 })

test('an id has 128 random bits, and no characters that URLs or cookies escape', async () => {
  const ids = await Promise.all(Array.from({ length: 1_000 }, () => createSessionId('ada')))
  expect(new Set(ids.map((id) => id.split('.')[0])).size).toBe(1_000)
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}\.[\w-]{22}$/)
})

test('an id belongs to its subject, and to no other one', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyText, async (subject, other) => {
      fc.pre(subject !== other)
      const id = await createSessionId(subject)
      expect(await ownerOf(id, subject)).toBe('subject')
      expect(await ownerOf(id, other)).toBe('other')
    }),
  )
})

test('an id whose random part was changed belongs to nobody', async () => {
  const id = await createSessionId('ada')
  const changed = `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`
  expect(await ownerOf(changed, 'ada')).toBe('other')
})

test.each(['', 'a-jti', 'a.b', `${'x'.repeat(22)}.${'x'.repeat(21)}`])('the id %j is of unknown origin', async (id) => {
  expect(await ownerOf(id, 'ada')).toBe('unknown')
})
