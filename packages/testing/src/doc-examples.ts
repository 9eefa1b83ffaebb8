import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A block of code that the docs show as TypeScript. */
export interface DocExample {
  /** `file:line`, relative to the root. */
  readonly place: string
  readonly code: string
}

/** What is installed, built or a test. Not looked into: other tests make and remove folders there meanwhile. */
const passedOver: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', 'test'])

/** The examples of every README, of every guide and of every docstring in the packages' sources. */
export function docExamples(root: string): DocExample[] {
  const files = filesIn(root, '').filter((file) => /(^|\/)(README\.md|guides\/.*\.md|src\/.*\.ts)$/.test(file))
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

function examplesIn(file: string, text: string): DocExample[] {
  return [...text.matchAll(/^(?<margin> *(?:\* )?)```ts\n(?<code>.*?)^\k<margin>```$/gms)].map((match) => {
    const { margin = '', code = '' } = match.groups ?? {}
    const lines = code
      .split('\n')
      .map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line.trimStart().slice(1)))
    return { place: `${file}:${text.slice(0, match.index).split('\n').length}`, code: lines.join('\n') }
  })
}
