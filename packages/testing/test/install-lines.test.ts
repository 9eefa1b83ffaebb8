/** The `npm install` lines of READMEs and guides name what their examples import. */
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { docExamples } from '@revoked/testing'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Returns the packages that the code imports, other than as types. */
function importsOf(code: string): string[] {
  const names = [...code.matchAll(/^import (?!type )[^'"]*['"]([^'".][^'"]*)['"]/gm)].map(([, name = '']) => name)
  return names.filter((name) => !isBuiltin(name)).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
}

/** Returns the packages that the `npm install` lines of a text name, without their versions. */
function installedBy(text: string): Set<string> {
  const lines = [...text.matchAll(/npm install((?: [\w@/.-]+)+)/g)].map(([, names = '']) => names)
  const named = lines.join(' ').split(' ')
  return new Set(named.map((name) => name.replace(/(?<=.)@[\d.]+$/, '')))
}

/** Returns the imported packages that no install line of the text names. */
function missingFrom(text: string, examples: readonly string[]): string[] {
  const installed = installedBy(text)
  return [...new Set(examples.flatMap(importsOf))].filter((name) => !installed.has(name)).sort()
}

const byFile = new Map<string, string[]>()
for (const { place, code } of docExamples(root)) {
  const file = place.replace(/:\d+$/, '')
  if (file.endsWith('.md') && !file.startsWith('examples/') && file !== 'packages/testing/README.md')
    byFile.set(file, [...(byFile.get(file) ?? []), code])
}

test.each([...byFile])('the install lines of %s name what its examples import', (file, examples) => {
  expect(missingFrom(readFileSync(join(root, file), 'utf8'), examples)).toEqual([])
})

test('an install line without an imported package is found', () => {
  const example =
    "import { a } from '@revoked/core'\nimport b from 'b/c'\nimport 'node:fs'\nimport {\n  d,\n} from 'd'\n"
  expect(missingFrom('npm install --save-dev @revoked/core # d', [example])).toEqual(['b', 'd'])
  expect(missingFrom('npm install @revoked/core b@1.2 @d', [example])).toEqual(['d'])
})
