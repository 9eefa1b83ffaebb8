import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { defaultCache } from './servers/default-cache.ts'
import { fillOnce } from './servers/fill-once.ts'
import { runCommand } from './servers/run-command.ts'

const limitMs = 300_000

/**
 * Installs the packages of a folder with a `package.json`, a lockfile and an `.npmrc`, separately
 * from the root install. Use it for large packages that few tests need. Returns the folder that
 * then contains `node_modules`. It is kept until the lockfile changes. No install script runs.
 */
export async function installApart(manifests: string): Promise<string> {
  const lock = await readFile(join(manifests, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const target = join(defaultCache, `${basename(manifests)}-${hash}`)
  await fillOnce(target, async (folder) => {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(manifests, file), join(folder, file))
    }
    await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder, limitMs)
  })
  return target
}
