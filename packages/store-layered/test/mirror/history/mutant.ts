import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Replacement } from './controls.ts'
import type { Product } from './run.ts'

const sources = join(import.meta.dirname, '../../../src')

/** Loads a changed copy of the sources, passes its mirror to the callback, and removes it. */
export async function withMutant<Result>(
  replacements: readonly Replacement[],
  run: (product: Product) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(import.meta.dirname, '../../.mutant-'))
  try {
    await cp(sources, folder, { recursive: true })
    for (const { file, text, by } of replacements) {
      const path = join(folder, 'mirror', file)
      const parts = (await readFile(path, 'utf8')).split(text)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what is to be replaced: ${text}`)
      await writeFile(path, parts.join(by))
    }
    const { mirroredStore }: { mirroredStore: Product } = await import(join(folder, 'mirror/mirrored-store.ts'))
    return await run(mirroredStore)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
