import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/servers/run-command.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const packages = ['core', 'conformance', 'store-memory', 'store-redis', 'store-layered', 'jose', 'http']
/** What our packages depend on. It is linked, because it is not what is tested. */
const dependencies = ['jose', 'lru-cache', 'flatqueue']

/** A folder with the packages installed as users have them, and how to remove it. */
export interface PackedPackages {
  readonly folder: string
  readonly remove: () => Promise<void>
}

/** Packs the packages as they are built, and unpacks them into `node_modules` of a new folder. */
export async function unpackPackages(): Promise<PackedPackages> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'))
  const scope = join(folder, 'node_modules', '@revoked')
  await mkdir(scope, { recursive: true })
  const workspaces = packages.flatMap((name) => ['--workspace', `packages/${name}`])
  await runCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, ...workspaces], root)
  for (const file of await readdir(folder)) {
    const name = /^revoked-(.+)-\d+\.\d+\.\d+\.tgz$/.exec(file)?.[1]
    if (name === undefined) continue
    await mkdir(join(scope, name))
    await runCommand('tar', ['xzf', join(folder, file), '--strip-components=1'], join(scope, name))
  }
  for (const name of dependencies) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
