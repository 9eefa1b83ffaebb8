import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headersOf } from '../src/claim-headers.ts'

const headers = [{ claim: 'value', header: 'X-Value' }]
const fieldOf = (value: unknown): string => headersOf({ value }, headers)['X-Value'] ?? 'missing'
const decode = (field: string): readonly string[] => field.split(',').map(decodeURIComponent)

test.each([
  ['a name', 'ada', 'ada'],
  ['scopes', 'api:read api:write', 'api:read api:write'],
  ['a number', 7, '7'],
  ['a boolean', false, 'false'],
  ['a list', ['admin', 'staff'], 'admin,staff'],
  ['a comma in a value', 'admin,staff', 'admin%2Cstaff'],
  ['a percent sign', '100%', '100%25'],
  ['other alphabets', 'Zoë', 'Zo%C3%AB'],
  ['a line break', 'a\r\nX-Admin: true', 'a%0D%0AX-Admin: true'],
  ['spaces at the ends', ' a ', '%20a%20'],
])('%s', (_, value, field) => {
  expect(fieldOf(value)).toBe(field)
})

test.each([[undefined], [null], [{ admin: true }], [[['admin']]], [['admin', {}]], [Number.NaN], [[]]])(
  '%j is an empty value, which overwrites what a client has sent',
  (value) => {
    expect(headersOf({ value }, headers)).toEqual({ 'X-Value': '' })
  },
)

test('any values are kept apart, and are visible ASCII', () => {
  const unit = fc.oneof(
    fc.constantFrom(...' ,%\r\n\t\0=;"'),
    fc.integer({ min: 1, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
    fc.constant('\u{1f600}'),
  )
  const value = fc.string({ unit, minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const field = fieldOf(values)
      expect(field).toMatch(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/)
      expect(decode(field)).toEqual(values)
    }),
  )
})

test('a claim of the prototype is no claim', () => {
  expect(headersOf({}, [{ claim: 'constructor', header: 'X-Value' }])).toEqual({ 'X-Value': '' })
})

test('claims that are too long for the buffers of proxies are refused, not cut off', () => {
  expect(() => fieldOf('a'.repeat(2_048))).toThrow('take more than 2048 bytes')
  expect(fieldOf('a'.repeat(2_000))).toHaveLength(2_000)
})
