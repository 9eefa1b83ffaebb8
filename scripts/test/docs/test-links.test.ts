import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testTitles } from '../../docs/test-titles.mjs'
import { root } from '../support/published-packages.ts'

const docs = join(root, 'docs')

/** A link to a test: its text is the title of the test, or the end of it. */
interface TestLink {
  readonly page: string
  readonly title: string
  readonly file: string
}

const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((page) => page.endsWith('.md') && !/(^|\/)(node_modules|\.vitepress)\//.test(page))
  .sort()
const testLinks = pages.flatMap((page) => linksToTests(page, readFileSync(join(docs, page), 'utf8')))

function linksToTests(page: string, text: string): TestLink[] {
  const links = text.matchAll(
    /\[(?<title>[^\]]+)\]\(https:\/\/revoked\.example\/(?<file>[^)]*(?:\.test\.ts|conformance\/src\/[^)]*-cases\.ts))\)/g,
  )
  return Array.from(links, ({ groups = {} }) => ({
    page,
    title: (groups['title'] ?? '').replace(/\\([*_])/g, '$1').replace(/\s+/g, ' '),
    file: groups['file'] ?? '',
  }))
}

/** The titles of files that were read: many links lead to the same file. */
const titlesOf = new Map<string, readonly string[]>()

/** Returns the links whose file is missing, or has no test of that title. */
function broken(links: readonly TestLink[]): string[] {
  return links
    .filter(({ title, file }) => {
      const path = join(root, file)
      if (!existsSync(path)) return true
      const titles = titlesOf.get(path) ?? testTitles(path, readFileSync(path, 'utf8'))
      titlesOf.set(path, titles)
      return !titles.some((full) => isTitle(title, full))
    })
    .map(({ page, title, file }) => `${page}: "${title}" of ${file}`)
}

/** Returns whether a text is a title or its end. `%s` stands for any text of a row. */
function isTitle(text: string, full: string): boolean {
  if (full === text || full.endsWith(` > ${text}`)) return true
  const [before = '', after] = full.split('%s')
  return after !== undefined && text.length >= full.length && text.startsWith(before) && text.endsWith(after)
}

describe('the links of the documentation to tests', () => {
  test('are found', () => {
    expect(testLinks.length).toBeGreaterThan(50)
  })

  test('lead to files that have a test of that title', () => {
    expect(broken(testLinks)).toEqual([])
  })

  test('name no placeholder, which is no title of a row', () => {
    expect(testLinks.filter(({ title }) => title.includes('%s'))).toEqual([])
  })

  test('are broken if the file or the title is another one', () => {
    const [link] = testLinks
    if (link === undefined) throw new Error('There is no link.')
    expect(broken([{ ...link, file: 'packages/core/test/missing.test.ts' }])).toHaveLength(1)
    expect(broken([{ ...link, title: 'is not a title' }])).toHaveLength(1)
  })

  test('are all that there are: no other text names a test file', () => {
    const named = pages.flatMap((page) => {
      const text = readFileSync(join(docs, page), 'utf8')
      return text.match(/revoked\.example\/[^)\s]*\.test\.ts/g) ?? []
    })
    expect(testLinks.filter(({ file }) => file.endsWith('.test.ts'))).toHaveLength(named.length)
  })
})

describe('testTitles', () => {
  test('puts the titles of suites before those of tests, and the texts of rows into them', () => {
    const source = `
      describe('a token', () => {
        test('is refused', () => {})
        test.each([['old', 1], ['new', 2]])('that is %s passes', () => {})
        test(\`computed \${1}\`, () => {})
      })
      caseOver('finds', async () => {})`
    expect(testTitles('a.ts', source)).toEqual([
      'a token',
      'a token > is refused',
      'a token > that is %s passes',
      'a token > that is old passes',
      'a token > that is new passes',
      'finds',
    ])
  })
})
