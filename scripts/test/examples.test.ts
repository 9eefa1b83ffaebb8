import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exportsWithoutExample } from '../api/examples.mjs'
import { publishedPackages } from './support/published-packages.ts'

describe.each(publishedPackages)('the package $folder', ({ path }) => {
  test('shows every export in an example', () => {
    expect(exportsWithoutExample(path)).toEqual([])
  })
})

/** Returns which exports of a package with this declaration file have no example. */
function without(declarations: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'dist'))
  const manifest = { name: 'pack', exports: { '.': { types: './dist/index.d.ts' } } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'dist/index.d.ts'), declarations)
  return exportsWithoutExample(folder)
}

const exampleOf = (code: string): string =>
  `/**\n * A size.\n *\n * @example\n * \`\`\`ts\n${code.replace(/^/gm, ' * ')}\n * \`\`\`\n */\n`

test('accepts an example that uses the export', () => {
  const example = exampleOf("import type { Size } from 'pack'\n\nconst size: Size = 1")
  expect(without(`${example}export type Size = number;`)).toEqual([])
})

test('names exports without an example, among them those without a docstring', () => {
  expect(without('/** A size. */\nexport type Size = number;\nexport declare const one: Size;')).toEqual([
    'pack#Size',
    'pack#one',
  ])
})

test.each([
  ['only imports the export', "import type { Size } from 'pack'\n\nconst size = 1"],
  ['only imports it, in several lines', "import {\n  Size,\n} from 'pack'\n\nconst size = 1"],
  ['only names it in a comment', "import type { Size } from 'pack'\n\nconst size = 1 // A Size."],
  ['only uses another export that begins alike', "import type { Sizes } from 'pack'\n\nconst sizes: Sizes = [1]"],
])('does not accept an example that %s', (_, code) => {
  expect(without(`${exampleOf(code)}export type Size = number;`)).toEqual(['pack#Size'])
})

test('does not take the example of the declaration before', () => {
  const example = exampleOf('const size: Size = 1')
  expect(without(`${example}export type Size = number;\nexport type Width = Size;`)).toEqual(['pack#Width'])
})
