import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Variant } from './variant.ts'

/**
 * A replacement in one of the built files of store-layered, or of the follower in core, whose files
 * begin with `follow/`. The text must occur exactly once.
 */
export interface Mutation {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A changed copy of the package, and the function that removes it. */
export interface Mutant {
  readonly variant: Variant
  readonly remove: () => Promise<void>
}

const built = fileURLToPath(new URL('../../dist', import.meta.url))
const core = fileURLToPath(new URL('../../../core/dist', import.meta.url))
/**
 * The folder of the copies. Imports are resolved from it, and its content is never published or
 * committed.
 */
const parent = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** Returns a copy of the built package without one of its rules, which runs as the variant does. */
export async function mutate(mutations: readonly Mutation[], variant: Variant): Promise<Mutant> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, '.mutant-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await copy(folder)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const { file, from, to } of mutations) {
      const path = join(folder, file)
      const parts = (await readFile(path, 'utf8')).split(from)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what is to be replaced: ${from}`)
      await writeFile(path, parts.join(to))
    }
    return { variant: { ...variant, module: pathToFileURL(join(folder, 'index.js')).href }, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Copies the built files, so that the copy uses a copy of the follower. */
async function copy(folder: string): Promise<void> {
  const follow = join(folder, 'follow')
  await cp(built, folder, { recursive: true })
  await cp(join(core, 'follow'), follow, { recursive: true })
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue
    const path = join(folder, name)
    const text = await readFile(path, 'utf8')
    const toFollower = `'${'../'.repeat(name.split('/').length - 1) || './'}follow/index.js'`
    const changed = name.startsWith('follow/')
      ? text.replaceAll(/from '\.\.\//g, `from '${relative(follow, core)}/`)
      : text.replaceAll("'@revoked/core/follow'", toFollower)
    await writeFile(path, changed)
  }
}
