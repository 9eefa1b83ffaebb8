import { RevocationUnavailableError, SettingsConflictError } from '@revoked/core'
import { describe, expect, test } from 'vitest'
import { misuse, unavailable } from '../../src/errors.ts'
import { escapeControls, printable, shown } from '../../src/output/printable.ts'
import { reportOf } from '../../src/output/report-error.ts'
import { scrub } from '../../src/output/scrub.ts'
import { createStyle, hasColours } from '../../src/output/style.ts'
import { tokenOf } from '../support/tokens.ts'

const plain = createStyle(false)

describe('colours', () => {
  test('are for terminals, unless NO_COLOR or a dumb terminal says otherwise', () => {
    expect(hasColours({ isTTY: true }, {})).toBe(true)
    expect(hasColours({}, {})).toBe(false)
    expect(hasColours({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(hasColours({ isTTY: true }, { NO_COLOR: '' })).toBe(true)
    expect(hasColours({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
  })

  test('leave text unchanged where there are none', () => {
    expect(plain.bad('text')).toBe('text')
    expect(createStyle(true).bad('text')).toBe('\u001b[31mtext\u001b[39m')
  })
})

describe('printable text', () => {
  test('keeps our styles, and no other escape sequence', () => {
    const styled = createStyle(true).bold('reason')
    expect(printable(styled)).toBe(styled)
    expect(printable('\u001b[2J\u001b]0;title\u0007\u001b[8mhidden\u009b31m')).toBe(
      '\ufffd[2J\ufffd]0;title\ufffd\ufffd[8mhidden\ufffd31m',
    )
  })

  test('is one line, whose characters are in order', () => {
    expect(printable('a\u202etxt.exe\u2066')).toBe('a\ufffdtxt.exe\ufffd')
    expect(printable('two\nlines\tand a tab\u2028')).toBe('two\ufffdlines\ufffdand a tab\ufffd')
  })

  test('that a store holds has no styles, neither alone nor within ours', () => {
    expect(shown('\u001b[31mred')).toBe('\ufffd[31mred')
    expect(createStyle(true).bold('\u001b[31mred')).toBe('\u001b[1m\ufffd[31mred\u001b[22m')
    expect(shown('\ud83d\udc69\u200d\ud83d\udcbb half \ud83d')).toBe('\ud83d\udc69\u200d\ud83d\udcbb half \ufffd')
  })

  test('in JSON is escaped, and the same value', () => {
    const value = { id: '\u001b[2J\u009b31m\u202e\u2028\u007fé' }
    const json = escapeControls(JSON.stringify(value))
    expect(JSON.parse(json)).toEqual(value)
    expect(json).toBe('{"id":"\\u001b[2J\\u009b31m\\u202e\\u2028\\u007fé"}')
  })
})

test('what a library says is shown without tokens and addresses', () => {
  expect(scrub(`unknown command '${tokenOf({ sub: 'ada' })}'`)).toBe("unknown command '[token]'")
  expect(scrub('connect to redis://:secret@db:6379/0 failed')).toBe('connect to redis://[address] failed')
  expect(scrub('open sqlite:/home/ada/app.db')).toBe('open sqlite:[path]')
})

describe('a report of an error', () => {
  test('has the exit code of its kind', () => {
    const cases = [
      [misuse('wrong'), 2],
      [unavailable('down'), 4],
      [new RevocationUnavailableError('The store failed.'), 4],
      [Object.assign(new Error('down'), { name: 'RedisError' }), 4],
      [Object.assign(new Error('down'), { name: 'PostgresError', code: 'ECONNREFUSED' }), 4],
      [new SettingsConflictError('The option hashIds differs.'), 2],
      [new TypeError('must be a string'), 2],
      [new Error('something else'), 1],
      ['no error', 1],
    ] as const
    for (const [error, exitCode] of cases) expect(reportOf(error, plain)).toMatchObject({ exitCode })
  })

  test('names the doctor if the store cannot answer', () => {
    expect(reportOf(unavailable('down'), plain).lines.join('\n')).toMatch(/revoked doctor/)
  })

  test('shows the cause of an unavailable store, without the function of developers', () => {
    const cause = Object.assign(new Error('Redis: ECONNREFUSED. diagnoseRedis(client) says more.'), {
      name: 'RedisError',
    })
    const { lines } = reportOf(new RevocationUnavailableError('The store failed.', { cause }), plain)
    expect(lines).toContain('  because: Redis: ECONNREFUSED.')
  })

  test('shows nothing of what a foreign error says', () => {
    const { lines } = reportOf(new Error('connect ECONNREFUSED db.internal as app:pa55'), plain)
    expect(lines.join('\n')).not.toMatch(/pa55|internal/)
  })
})
