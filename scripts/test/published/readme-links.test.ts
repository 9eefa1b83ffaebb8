import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishedPackages, root } from '../support/published-packages.ts'

const home = 'https://revoked.example/'

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

function readmeOf(path: string): string {
  return readFileSync(path.endsWith('.md') ? path : join(path, 'README.md'), 'utf8')
}

describe.each(publishedPackages)('the README of $folder', ({ path }) => {
  const text = readmeOf(path)

  test('links to nothing by a path, which would not work outside the repository', () => {
    expect(linksIn(text).filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([])
  })

  test('links to files and headings of the repository that are there', () => {
    const missing = linksIn(text).filter((link) => {
      if (!link.startsWith(home) && !link.startsWith('#')) return false
      const [file = '', anchor] = link.startsWith('#') ? ['', link.slice(1)] : link.slice(home.length).split('#')
      const target = file === '' ? path : join(root, file)
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(readmeOf(target)).includes(anchor))
    })
    expect(missing).toEqual([])
  })
})
