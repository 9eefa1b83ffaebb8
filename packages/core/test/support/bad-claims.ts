import { startMs } from './claims.ts'

/** Claims that nothing may be looked up or stored for. `fields` replace those of good claims. */
export interface BadClaims {
  readonly title: string
  readonly fields: object
  readonly claim: string
  readonly message: RegExp
}

const badIds: readonly (readonly [title: string, id: unknown, message: RegExp])[] = [
  ['a number', 1, /must be a string, but is of type number/],
  ['an empty string', '', /must not be empty/],
  ['null', null, /must be a string, but is null/],
  ['true', true, /must be a string, but is of type boolean/],
  ['an object', { id: 'a' }, /must be a string, but is of type object/],
  ['an array', ['a'], /must be a string, but is an array/],
  ['a String object', Object('a'), /must be a string, but is of type object/],
  ['a string of 1,025 UTF-16 units', 'x'.repeat(1_025), /longer than 1024/],
  ['513 emoji', '\u{1f600}'.repeat(513), /longer than 1024/],
  ['a lone high surrogate', 'a\ud800', /lone surrogate/],
  ['a lone low surrogate', '\udc00a', /lone surrogate/],
]

const badInstants: readonly (readonly [title: string, instant: unknown, message: RegExp])[] = [
  ['a string', '1800000000', /must be a finite number of seconds, but is of type string/],
  ['null', null, /finite number of seconds, but is null/],
  ['a Date', new Date(startMs), /finite number of seconds, but is of type object/],
  ['a bigint', 1_800_000_000n, /finite number of seconds, but is of type bigint/],
  ['NaN', Number.NaN, /finite number of seconds/],
  ['Infinity', Infinity, /finite number of seconds/],
  ['-Infinity', -Infinity, /finite number of seconds/],
  ['milliseconds', startMs, /looks like milliseconds/],
  ['past the year 9999', 253_402_300_800, /looks like milliseconds/],
  ['negative', -1, /must not be negative/],
]

function ofClaim(claim: string, rows: readonly (readonly [string, unknown, RegExp])[]): BadClaims[] {
  return rows.map(([title, value, message]) => ({
    title: `${claim} is ${title}`,
    fields: { [claim]: value },
    claim,
    message,
  }))
}

export const badClaims: readonly BadClaims[] = [
  ...['jti', 'sid', 'sub', 'client_id'].flatMap((claim) => ofClaim(claim, badIds)),
  ...['exp', 'iat'].flatMap((claim) => ofClaim(claim, badInstants)),
]

/** Values that are no claims, such as the argument of `verify` in place of its result. */
export const notClaims: readonly (readonly [title: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a compact token', 'eyJhbGciOiJub25lIn0.e30.'],
  ['a number', 1],
  ['a function', () => ({})],
]

/** Legal, and all distinct: what naive key encodings, patterns and lookups mix up. */
export const confusableIds: readonly string[] = [
  '1',
  '10',
  '1:10',
  ':',
  '*',
  '1*',
  '{}',
  '{1}',
  '[1]',
  '?',
  'a\nb',
  'a\r\nb',
  'a\u0000b',
  'a\u0000',
  'a',
  'A',
  ' a',
  'a ',
  '__proto__',
  'constructor',
  'toString',
  'undefined',
  'null',
  '\u00e9',
  'e\u0301',
  '\u{1f600}',
  '\ufeff',
  '["https://a.example","1"]',
  '"1"',
  '\\',
  'sid:a',
  'jti:a',
  'x'.repeat(1_024),
  `${'x'.repeat(1_023)}y`,
  '\u{1f600}'.repeat(512),
]
