import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

/** The fields of a `package.json` that the tests read. */
interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly homepage?: string
  readonly bugs?: string
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** A package that `npm run release` publishes. */
export interface PublishedPackage {
  /** The name of its folder in `packages/`. */
  readonly folder: string
  /** The absolute path of that folder. */
  readonly path: string
  readonly manifest: Manifest
}

/** The packages in `packages/` that are not private. */
export const publishedPackages: readonly PublishedPackage[] = readdirSync(join(root, 'packages'))
  .map((folder) => {
    const path = join(root, 'packages', folder)
    return { folder, path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest }
  })
  .filter(({ manifest }) => manifest.private !== true)
