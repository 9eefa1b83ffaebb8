import { expect, test } from 'vitest'
import { readForm } from '../../src/endpoints/form.ts'

test.each<readonly [title: string, body: unknown]>([
  ['an object', { token: 'a', hint: 'b' }],
  ['an object without prototype', Object.assign(Object.create(null), { token: 'a', hint: 'b' })],
  ['URLSearchParams', new URLSearchParams('token=a&hint=b')],
])('reads %s', (_, body) => {
  expect([...(readForm(body) ?? [])]).toEqual([
    ['token', 'a'],
    ['hint', 'b'],
  ])
})

test.each([{ token: '' }, new URLSearchParams('token='), {}])('takes a parameter without a value as absent', (body) => {
  expect(readForm(body)?.get('token')).toBeUndefined()
})

test('knows no parameter that is not in the body itself', () => {
  expect(readForm(Object.create({ token: 'a' }))?.get('token')).toBeUndefined()
  expect(readForm({})?.get('constructor')).toBeUndefined()
})

test.each<readonly [title: string, body: unknown]>([
  ['no body', undefined],
  ['null', null],
  ['text', 'token=a'],
  ['bytes', Buffer.from('token=a')],
  ['a parameter twice', { token: ['a', 'b'] }],
  ['a parameter twice, among others', new URLSearchParams('hint=c&token=a&token=a')],
  ['a parameter twice, once without a value', new URLSearchParams('token=&token=a')],
  ['a parameter in an array of one', { token: ['a'] }],
  ['a nested parameter', { token: { a: 'b' } }],
  ['a number', { token: 1 }],
])('does not read %s', (_, body) => {
  expect(readForm(body)).toBeUndefined()
})
