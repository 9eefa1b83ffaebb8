/** Writes `llms.txt` (llmstxt.org) and `llms-full.txt`: the site for readers that are programs. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { groups } from './sidebar.ts'

/** What the texts are made of. */
export interface SiteFolders {
  readonly title: string
  readonly description: string
  readonly srcDir: string
  readonly outDir: string
}

/** Writes a list of all pages with links, and all pages as one text, into `outDir`. */
export function writeLlmsTexts({ title, description, srcDir, outDir }: SiteFolders): void {
  const lists = groups.map(({ text, items }) => {
    const lines = items.map((page) => `- [${page.text}](${page.link}.md)`)
    return `## ${text}\n\n${lines.join('\n')}\n`
  })
  const pages = groups.flatMap(({ items }) => items).map(({ link }) => ({ link, text: read(srcDir, link) }))
  writeFileSync(join(outDir, 'llms.txt'), `# ${title}\n\n> ${description}\n\n${lists.join('\n')}`)
  writeFileSync(join(outDir, 'llms-full.txt'), pages.map(({ text }) => text).join('\n\n'))
  for (const { link, text } of pages) writeFileSync(join(outDir, `${link}.md`), text)
}

function read(srcDir: string, link: string): string {
  return readFileSync(join(srcDir, `${link}.md`), 'utf8').replace(/^---\n.*?\n---\n/s, '')
}
