import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Exports } from './products.ts'

/**
 * A change of the sources of store-layered, or of the follower in core, whose files begin with
 * `follow/`. The replaced text occurs exactly once in its file.
 */
export interface Replacement {
  readonly file: string
  readonly text: string
  readonly by: string
}

const tests = join(import.meta.dirname, '..')
const sources = join(tests, '../src')
const core = join(tests, '../../core/src')

/** Loads a changed copy of the sources, passes it to the callback, and removes it. */
export async function withMutant<Result>(
  replacements: readonly Replacement[],
  run: (mutant: Exports) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tests, '.mutant-'))
  try {
    await copy(folder)
    for (const { file, text, by } of replacements) {
      const path = join(folder, file)
      const parts = (await readFile(path, 'utf8')).split(text)
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times what is to be replaced: ${text}`)
      await writeFile(path, parts.join(by))
    }
    const mutant: Exports = await import(join(folder, 'index.ts'))
    return await run(mutant)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Copies the sources and the follower, so that the copy uses the copy of the follower. */
async function copy(folder: string): Promise<void> {
  await cp(sources, folder, { recursive: true })
  const follow = join(folder, 'follow')
  await mkdir(follow, { recursive: true })
  await cp(join(core, 'follow'), follow, { recursive: true })
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const path = join(folder, name)
    const text = await readFile(path, 'utf8')
    const isFollower = name.startsWith('follow')
    const toFollower = `'${'../'.repeat(name.split('/').length - 1) || './'}follow/index.ts'`
    const changed = isFollower
      ? text.replaceAll(/from '\.\.\//g, `from '${relative(follow, core)}/`)
      : text.replaceAll("'@revoked/core/follow'", toFollower)
    await writeFile(path, changed)
  }
}
