import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { product, type Variant } from './variant.ts'

/** A replacement in one of the built files. The text must occur exactly once. */
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
/**
 * The folder of the copies. Imports are resolved from it, and its content is never published or
 * committed.
 */
const parent = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** Returns a copy of the built package without one of its rules. */
export async function mutate(mutations: readonly Mutation[]): Promise<Mutant> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, '.mutant-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await cp(built, folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const { file, from, to } of mutations) {
      const path = join(folder, file)
      const parts = (await readFile(path, 'utf8')).split(from)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what is to be replaced: ${from}`)
      await writeFile(path, parts.join(to))
    }
    return { variant: { ...product, module: pathToFileURL(join(folder, 'index.js')).href }, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
