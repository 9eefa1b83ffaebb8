import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A block of code that the docs show as TypeScript or JavaScript. */
export interface DocExample {
  /** `file:line`, relative to the root. */
  readonly place: string
  readonly language: 'ts' | 'js'
  readonly code: string
  /** The shell commands shown next, if they use `curl`: they go with a server. */
  readonly commands: string | undefined
}

/**
 * Folders that are not searched: installed, built and generated files, and tests. Other tests
 * create and remove folders there.
 */
const passedOver: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', '.vitepress', 'reference', 'test'])

/**
 * Returns the examples of every README, of every page of the documentation and of every docstring
 * in the packages' sources.
 */
export function docExamples(root: string): DocExample[] {
  return blocksOf(root).filter((block) => !isFragment(block))
}

/**
 * Returns the blocks of the same documents that cannot run by themselves, such as the code that a
 * guide replaces.
 */
export function docFragments(root: string): DocExample[] {
  return blocksOf(root).filter(isFragment)
}

const isFragment = ({ language, code }: DocExample): boolean => language === 'js' && !/^import /m.test(code)

function blocksOf(root: string): DocExample[] {
  const files = filesIn(root, '').filter((file) => /(^|\/)(README\.md|docs\/.*\.md|src\/.*\.ts)$/.test(file))
  return files.sort().flatMap((file) => examplesIn(file, readFileSync(join(root, file), 'utf8')))
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !passedOver.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(root, path) : [path]
    })
}

const fence = /^(?<margin> *(?:\* )?)```(?<language>ts|js|sh)(?<tab> \[[^\n]*\])?\n(?<code>.*?)^\k<margin>```$/gms

function examplesIn(file: string, text: string): DocExample[] {
  const blocks = [...text.matchAll(fence)].map(({ groups = {}, index }) => ({
    place: `${file}:${text.slice(0, index).split('\n').length}`,
    language: groups['language'] as 'ts' | 'js' | 'sh',
    code: withoutMargin(groups['code'] ?? '', groups['margin'] ?? ''),
    isTab: groups['tab'] !== undefined,
  }))
  return blocks.flatMap(({ place, language, code }, index) => {
    if (language === 'sh') return []
    // Tabs show the same in several languages, and belong to what comes after them.
    const next = blocks.slice(index + 1).find(({ isTab }) => !isTab)
    const commands = next?.language === 'sh' && /\bcurl\b/.test(next.code) ? next.code : undefined
    return [{ place, language, code, commands }]
  })
}

function withoutMargin(code: string, margin: string): string {
  const lines = code.split('\n')
  return lines
    .map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line.trimStart().slice(1)))
    .join('\n')
}
