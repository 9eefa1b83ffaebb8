import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../support/published-packages.ts'

const text = readFileSync(join(root, 'docs/security/guarantees.md'), 'utf8')
const items = text.split(/^(?=\d+\. )/m).slice(1)

describe('the page of guarantees', () => {
  test('numbers the guarantees from 1 on', () => {
    expect(items.map((item) => Number.parseInt(item, 10))).toEqual(items.map((_, index) => index + 1))
    expect(items.length).toBeGreaterThan(10)
  })

  test('backs each one with a link to a test', () => {
    const unbacked = items.filter((item) => !/\]\(https:\/\/revoked\.example\/\S+\.ts\)/.test(item))
    expect(unbacked).toEqual([])
  })
})
