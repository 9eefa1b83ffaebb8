import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../support/published-packages.ts'

/** The number of requirements of each section of ASVS 5.0.0, chapters 7 and 9. */
const sections: Readonly<Record<string, number>> = {
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 3,
  '7.6': 2,
  '9.1': 3,
  '9.2': 4,
}

/** The requirements of chapter 10 on resource servers and revocation. */
const ofOAuth = [
  ...['10.3.1', '10.3.2', '10.3.3', '10.3.4', '10.3.5'],
  ...['10.4.2', '10.4.5', '10.4.8', '10.4.9', '10.4.10'],
  ...['10.5.5', '10.6.2', '10.7.3'],
]

const requirements = [
  ...Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
  ),
  ...ofOAuth,
]

interface Line {
  readonly number: string
  readonly level: string
  readonly asks: string
  readonly whose: string
  readonly how: string
}

const text = readFileSync(join(root, 'docs/security/asvs.md'), 'utf8')
const lines = Array.from(text.matchAll(/^\| (\d+\.\d+\.\d+) \|(.*)\|$/gm), ([, number = '', cells = '']): Line => {
  const [level = '', asks = '', whose = '', how = ''] = cells.split(' | ').map((cell) => cell.trim())
  return { number, level, asks, whose, how }
})

describe('the page on OWASP ASVS 5.0', () => {
  test('has each requirement of chapters 7 and 9, and those of 10 on revocation, once', () => {
    expect(lines.map(({ number }) => number)).toEqual(requirements)
  })

  test('says of each line what it asks for, at which level, and whose work it is', () => {
    const incomplete = lines.filter(
      ({ level, asks, whose }) => !/^[123]$/.test(level) || asks === '' || !/^\*\*(met|yours|n\/a)\*\*$/.test(whose),
    )
    expect(incomplete).toEqual([])
  })

  test('backs each line that is met with a test, and gives a reason for every other one', () => {
    const unbacked = lines.filter(({ whose, how }) =>
      whose === '**met**' ? !/\]\(https:\/\/revoked\.example\/\S+\.ts\)/.test(how) : how.length < 20,
    )
    expect(unbacked).toEqual([])
  })
})
