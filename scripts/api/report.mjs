// Writes the public API of a package as Markdown: every export of every entry with its signature.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { entriesOf, exportsOf, readModules, resolve } from './entries.mjs'

/**
 * Returns the report of the package at `path`, from its built declarations.
 *
 * @param {string} path
 * @returns {string}
 */
export function reportOf(path) {
  const { name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const read = readModules()
  const lines = [`# ${name}`, '', 'Written by `npm run api`. Review every change of it as a change for users.']
  /** Where each declaration was listed first. */
  const listed = new Map()
  for (const { specifier, entry } of entriesOf(path)) {
    lines.push('', `## ${specifier}`, '', '```ts', ...entryOf(read, entry, specifier, listed), '```')
  }
  return `${lines.join('\n')}\n`
}

/** Returns the declarations that an entry exports, then those that they refer to. */
function entryOf(read, entry, specifier, listed) {
  const origins = exportsOf(read, entry)
  const isExported = new Set(origins.map(({ file, original }) => `${file}#${original}`))
  const texts = origins.map((origin) => textOf(read, origin, specifier, listed))
  const internal = reached(read, origins).filter(({ id }) => !isExported.has(id) && !listed.has(id))
  for (const { id } of internal) listed.set(id, specifier)
  return [
    ...texts,
    ...internal
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ text }) => `// not exported\n${text.replace(/^export /gm, '')}`),
    ...augmentationsOf(read, entry),
  ]
}

function textOf(read, { name, file, original }, specifier, listed) {
  const id = `${file}#${original}`
  const renamed = original === name ? name : `${original} as ${name}`
  const first = listed.get(id)
  if (first !== undefined && first !== specifier) return `export { ${renamed} } from '${first}'`
  if (!file.endsWith('.d.ts')) return `export { ${renamed} } from '${file}'`
  listed.set(id, specifier)
  return read(file).declared.get(original)?.texts.join('\n') ?? `export { ${renamed} }`
}

/** Returns the declarations of the package that the origins refer to, however indirectly. */
function reached(read, origins) {
  const found = new Map()
  const waiting = [...origins]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { file, original } = next
    const id = `${file}#${original}`
    if (found.has(id) || !file.endsWith('.d.ts')) continue
    const declaration = read(file).declared.get(original)
    if (declaration === undefined) continue
    found.set(id, { id, text: declaration.texts.join('\n') })
    for (const name of declaration.names) {
      const origin = read(file).imported.get(name)
      waiting.push(origin === undefined ? { file, original: name } : resolve(read, file, origin))
    }
  }
  return [...found.values()]
}

/** Returns what an entry, and the modules that it loads, add to the types of other modules. */
function augmentationsOf(read, entry) {
  const seen = new Set()
  const visit = (file) => {
    if (seen.has(file) || !file.endsWith('.d.ts') || !existsSync(file)) return []
    seen.add(file)
    const { augmentations, loaded } = read(file)
    return [...augmentations, ...loaded.flatMap(visit)]
  }
  return visit(entry)
}
