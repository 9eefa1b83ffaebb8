/** Writes `llms.txt` (llmstxt.org) and `llms-full.txt`: the site for readers that are programs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
    const lines = items.map((page) => `- [${page.text}](${fileOf(page.link)})`)
    return `## ${text}\n\n${lines.join('\n')}\n`
  })
  const pages = groups
    .flatMap(({ items }) => items)
    .map(({ link }) => ({ file: fileOf(link), text: read(srcDir, link) }))
  writeFileSync(join(outDir, 'llms.txt'), `# ${title}\n\n> ${description}\n\n${lists.join('\n')}`)
  writeFileSync(join(outDir, 'llms-full.txt'), pages.map(({ text }) => text).join('\n\n'))
  for (const { file, text } of pages) {
    mkdirSync(dirname(join(outDir, file)), { recursive: true })
    writeFileSync(join(outDir, file), text)
  }
}

function fileOf(link: string): string {
  return link.endsWith('/') ? `${link}index.md` : `${link}.md`
}

/** A file that a page shows, as VitePress writes it: `<<< path{language} [tab]`. */
const shownFile = /^<<< ([^\s{]+)(?:\{(\w+)\})?(?: \[[^\]\n]+\])?$/gm

/** Returns the text of a page, with the files that it shows. */
function read(srcDir: string, link: string): string {
  const file = join(srcDir, fileOf(link))
  const text = readFileSync(file, 'utf8').replace(/^---\n.*?\n---\n/s, '')
  return text.replace(shownFile, (_, path: string, language = 'ts') => {
    return `\`\`\`${language}\n${readFileSync(join(dirname(file), path), 'utf8').trimEnd()}\n\`\`\``
  })
}
