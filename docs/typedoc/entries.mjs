// Finds what the reference is about: the entries of the published packages.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the packages. */
export const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/**
 * The entries of the published packages, by what users import and the source file behind it.
 *
 * @type {readonly { specifier: string, source: string }[]}
 */
export const entries = readdirSync(packages).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))
  if (manifest.private === true) return []
  return Object.entries(manifest.exports).flatMap(([subpath, targets]) => {
    const source = targets['@revoked/source']
    if (source === undefined) return []
    return [{ specifier: manifest.name + subpath.slice(1), source: join(packages, folder, source) }]
  })
})
