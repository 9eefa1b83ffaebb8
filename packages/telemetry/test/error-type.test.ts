import { readdirSync, readFileSync } from 'node:fs'
import { PartialAnswerError, RevocationUnavailableError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { causeTypeOf, errorTypeOf, failureTypeOf } from '../src/error-type.ts'
import { codesOfLibrary } from '../src/error-words.ts'

const coded = (code: string, message = 'alice') => Object.assign(new Error(message), { code })
const unavailable = (cause: unknown) => new RevocationUnavailableError('See cause.', { cause })

describe('the type of an error', () => {
  test.each([
    ['a code of this library', coded('ERR_TOKEN_REVOKED'), 'ERR_TOKEN_REVOKED'],
    ['a code of a socket', coded('ECONNRESET'), 'ECONNRESET'],
    ['the reply of a Redis server', Object.assign(new Error(), { reply: 'OOM' }), 'OOM'],
    ['the state of PostgreSQL', coded('57P01'), 'operator_intervention'],
    ['PostgreSQL that is full', coded('53100'), 'insufficient_resources'],
    ['better-sqlite3', coded('SQLITE_BUSY_SNAPSHOT'), 'SQLITE_BUSY'],
    ['node:sqlite', Object.assign(coded('ERR_SQLITE_ERROR'), { errcode: 13 }), 'SQLITE_FULL'],
    ['node:sqlite, by its extended code', Object.assign(coded('ERR_SQLITE_ERROR'), { errcode: 2_570 }), 'SQLITE_IOERR'],
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
    ['a code like one of SQLite', coded('SQLITE_ALICE')],
    ['a number that SQLite has not', Object.assign(coded('ERR_SQLITE_ERROR'), { errcode: 99 })],
    ['a number that is none', Object.assign(coded('ERR_SQLITE_ERROR'), { errcode: 'ALICE' })],
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

describe('the type of a failure', () => {
  test.each([
    ['the cause, if the store was unavailable', unavailable(Object.assign(new Error(), { reply: 'OOM' })), 'OOM'],
    ['the code of other errors', coded('ERR_MARK_EXPIRED'), 'ERR_MARK_EXPIRED'],
    [
      'no mistake of the caller, if a client made it',
      unavailable(new TypeError('alice')),
      'ERR_REVOCATION_UNAVAILABLE',
    ],
    ['the code, if no word is known', unavailable(new Error('alice')), 'ERR_REVOCATION_UNAVAILABLE'],
  ])('is %s', (_, error, type) => {
    expect(failureTypeOf(error)).toBe(type)
  })
})

test('every code of an error of this library has a word', () => {
  const packages = new URL('../../', import.meta.url)
  const sources = readdirSync(packages).flatMap((name) => {
    const folder = new URL(`${name}/src/`, packages)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    return files.map((file) => readFileSync(new URL(file, folder), 'utf8'))
  })
  const ofClasses = sources.flatMap((source) => [...source.matchAll(/readonly code(?:: [^=]+)? = '(ERR_\w+)'/g)])
  const codes = new Set(ofClasses.map(([, code]) => code))
  expect(codes.size).toBeGreaterThan(15)
  expect([...codes].filter((code) => !codesOfLibrary.some((known) => known === code))).toEqual([])
})
