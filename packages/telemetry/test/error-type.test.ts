import { PartialAnswerError, RevocationUnavailableError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { causeTypeOf, errorTypeOf } from '../src/error-type.ts'

const coded = (code: string, message = 'alice') => Object.assign(new Error(message), { code })
const unavailable = (cause: unknown) => new RevocationUnavailableError('See cause.', { cause })

describe('the type of an error', () => {
  test.each([
    ['a code of this library', coded('ERR_TOKEN_REVOKED'), 'ERR_TOKEN_REVOKED'],
    ['a code of a socket', coded('ECONNRESET'), 'ECONNRESET'],
    ['the reply of a Redis server', Object.assign(new Error(), { reply: 'OOM' }), 'OOM'],
    ['the state of PostgreSQL', coded('57P01'), 'operator_intervention'],
    ['a client of PostgreSQL', coded('CONNECTION_CLOSED'), 'not_connected'],
    [
      'a client of Redis',
      new Error(
        'Redis did not carry out the command: the client is not connected; the last error of the client: WRONGPASS (…)',
      ),
      'WRONGPASS',
    ],
    [
      'one without a reason',
      new Error('Redis did not carry out the command: the connection was closed.'),
      'not_connected',
    ],
    ['a deadline', new Error('No answer within 800 ms.'), 'timeout'],
    ['a mistake of the caller', new TypeError('alice'), 'TypeError'],
  ])('is that of %s', (_, error, type) => {
    expect(errorTypeOf(error)).toBe(type)
  })

  test.each([
    ['a code that is not listed', coded('ALICE')],
    ['a code like a state of PostgreSQL', coded('ALICE'.slice(0, 5))],
    ['a name that is not listed', Object.assign(new Error(), { name: 'alice' })],
    ['a reply that is not listed', Object.assign(new Error(), { reply: 'ALICE' })],
    ['a code that is no string', Object.assign(new Error(), { code: ['ERR_TOKEN_REVOKED'] })],
    ['a message of another client', new Error('redis://alice: the last error of the client: ALICE')],
    [
      'a reason that is not listed',
      new Error('Redis did not carry out the command: the last error of the client: ALICE'),
    ],
    ['a string', 'alice'],
    ['nothing', undefined],
  ])('is no word for %s', (_, error) => {
    expect(errorTypeOf(error)).toBe('_OTHER')
  })
})

describe('the type of a cause', () => {
  test.each([
    ['the innermost of wrapped ones', unavailable(new PartialAnswerError([], { cause: coded('EPIPE') })), 'EPIPE'],
    ['the first of several', unavailable(new AggregateError([coded('ERR_CLOCK_SKEW'), new Error()])), 'ERR_CLOCK_SKEW'],
    ['an error that wraps nothing', coded('ERR_CORRUPT_MARK'), 'ERR_CORRUPT_MARK'],
    ['no word, if no word is known', unavailable(new Error('alice')), '_OTHER'],
  ])('is that of %s', (_, error, type) => {
    expect(causeTypeOf(error)).toBe(type)
  })

  test('ends, if causes are a circle', () => {
    const error = new Error('alice')
    error.cause = error
    expect(causeTypeOf(error)).toBe('_OTHER')
  })
})
