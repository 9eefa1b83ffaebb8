import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultCache } from './servers/default-cache.ts'
import { fillOnce } from './servers/fill-once.ts'
import { runCommand } from './servers/run-command.ts'

/** A build from source takes about a minute of a processor. */
const limitMs = 540_000

/**
 * Installs better-sqlite3 separately from the root install, for the version of Node that runs, and
 * returns the folder that then contains `node_modules`. Its install script fetches a binary, or
 * builds one with the headers of this Node and a compiler. It is kept until the lockfile changes.
 */
export async function betterSqlite3(): Promise<string> {
  const manifests = fileURLToPath(new URL('../sqlite', import.meta.url))
  const lock = await readFile(join(manifests, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const target = join(defaultCache, `better-sqlite3-${hash}-${process.versions.modules}`)
  await fillOnce(target, async (folder) => {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      await copyFile(join(manifests, file), join(folder, file))
    await runCommand('npm', ['ci', '--no-audit', '--no-fund', ...headersOfNode()], folder, limitMs)
  })
  return target
}

/** node-gyp downloads the headers, unless it is told where they are. */
function headersOfNode(): readonly string[] {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}
