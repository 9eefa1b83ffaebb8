// Finds what the entries of a package export, and where it is declared.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readModule } from './module.mjs'

/**
 * Returns the entries that the package at `path` has types for, in the order of its manifest.
 *
 * @param {string} path
 * @returns {{ specifier: string, entry: string }[]}
 */
export function entriesOf(path) {
  const { name, exports } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  return Object.entries(exports).flatMap(([subpath, targets]) => {
    if (typeof targets === 'string' || targets.types === undefined) return []
    const entry = join(path, targets.types)
    if (!existsSync(entry)) throw new Error(`${entry} is missing: run npm run build`)
    return [{ specifier: name + subpath.slice(1), entry }]
  })
}

/** Returns a function that reads a declaration file the first time that it is asked for it. */
export function readModules() {
  const known = new Map()
  return (path) => {
    if (!known.has(path)) known.set(path, readModule(path))
    return known.get(path)
  }
}

/** Returns the exports of an entry, by name, each with the file that declares it. */
export function exportsOf(read, entry) {
  return [...read(entry).exported]
    .map(([name, origin]) => ({ name, ...resolve(read, entry, origin) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Follows re-exports to the file that declares a name, or to another package. */
export function resolve(read, file, { from, name }) {
  if (from === undefined) return { file, original: name }
  if (!from.endsWith('.d.ts')) return { file: from, original: name }
  return resolve(read, from, read(from).exported.get(name) ?? { name })
}
