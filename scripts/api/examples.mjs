// Finds the exports of a package that no example shows.
import { entriesOf, exportsOf, readModules } from './entries.mjs'

/**
 * Returns the exports of the package at `path` whose docstring has no example in TypeScript that
 * uses them, as `specifier#name`. An export of several entries is named at its first.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function exportsWithoutExample(path) {
  const read = readModules()
  const seen = new Set()
  return entriesOf(path).flatMap(({ specifier, entry }) =>
    exportsOf(read, entry).flatMap(({ name, file, original }) => {
      const id = `${file}#${original}`
      // What another package declares is checked there.
      if (seen.has(id) || !file.endsWith('.d.ts')) return []
      seen.add(id)
      const { docs = [] } = read(file).declared.get(original) ?? {}
      return docs.some((doc) => showsUseOf(name, doc)) ? [] : [`${specifier}#${name}`]
    }),
  )
}

/** Returns whether an example of the docstring uses the export: imports and comments do not. */
function showsUseOf(name, doc) {
  const [, ...examples] = doc.split(/^\s*\* @example\b/m)
  return examples.some((example) => {
    const code = /```ts\n(?<code>.*?)```/s.exec(example)?.groups?.code ?? ''
    const uses = code.replace(/^\s*\* import [^']*'[^']*'$/gm, '').replace(/\/\/.*$/gm, '')
    return new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(uses)
  })
}
