import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishedPackages, root } from '../support/published-packages.ts'

const home = 'https://revoked.example/'
const site = 'https://docs.revoked.example/'

/** The targets of the links in a README, without those in code. */
function linksIn(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(
    ([, inline, defined]) => inline ?? defined ?? '',
  )
}

/** The anchors that the headings of a README make, as code hosts name them. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Returns the file of the repository that a link leads to, unless the link leads elsewhere. */
function targetOf(link: string, path: string): string | undefined {
  const [address = ''] = link.split('#')
  if (address === '') return path
  if (address.startsWith(site))
    return join(root, 'docs', `${address.slice(site.length).replace(/(^|\/)$/, '$1index')}.md`)
  return address.startsWith(home) ? join(root, address.slice(home.length)) : undefined
}

/** Returns the links to files or headings of the repository that are not there. */
function missingFrom(text: string, path: string): string[] {
  return linksIn(text).filter((link) => {
    const target = targetOf(link, path)
    const anchor = link.split('#')[1]
    if (target === undefined) return false
    return !existsSync(target) || (anchor !== undefined && !anchorsIn(readmeOf(target)).includes(anchor))
  })
}

function readmeOf(path: string): string {
  return readFileSync(path.endsWith('.md') ? path : join(path, 'README.md'), 'utf8')
}

describe.each(publishedPackages)('the README of $folder', ({ path }) => {
  const text = readmeOf(path)

  test('links to nothing by a path, which would not work outside the repository', () => {
    expect(linksIn(text).filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([])
  })

  test('links to files and headings of the repository that are there', () => {
    expect(missingFrom(text, path)).toEqual([])
  })
})

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
]

test.each(pages.filter((file) => file.endsWith('.md') && !/node_modules|\.vitepress|docs\/reference/.test(file)))(
  'the addresses in %s are of files and headings that are there',
  (file) => {
    const path = join(root, file)
    // Relative links are checked by the build of the site.
    const text = readFileSync(path, 'utf8').replace(/\]\((?!https:)[^)]*\)/g, ']')
    expect(missingFrom(text, path)).toEqual([])
  },
)
