import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/servers/run-command.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const packages = ['core', 'conformance', 'store-memory', 'store-redis', 'store-layered', 'jose', 'http', 'sessions']
/** What our packages depend on. It is linked, because it is not what is tested. */
const dependencies = ['jose', 'lru-cache', 'flatqueue']

/** A folder with the packages installed as users have them, and how to remove it. */
export interface PackedPackages {
  readonly folder: string
  readonly remove: () => Promise<void>
}

/**
 * Packs the packages as they are built into a folder. Returns the paths of the archives by the
 * names of the packages.
 */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  const workspaces = packages.flatMap((name) => ['--workspace', `packages/${name}`])
  await runCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, ...workspaces], root)
  const archives = (await readdir(folder)).flatMap((file) => {
    const name = /^revoked-(.+)-\d+\.\d+\.\d+\.tgz$/.exec(file)?.[1]
    return name === undefined ? [] : [[`@revoked/${name}`, join(folder, file)] as const]
  })
  return new Map(archives)
}

/** Packs the packages as they are built, and unpacks them into `node_modules` of a new folder. */
export async function unpackPackages(): Promise<PackedPackages> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'))
  const modules = join(folder, 'node_modules')
  for (const [name, archive] of await packPackages(folder)) {
    await mkdir(join(modules, name), { recursive: true })
    await runCommand('tar', ['xzf', archive, '--strip-components=1'], join(modules, name))
  }
  for (const name of dependencies) await symlink(join(root, 'node_modules', name), join(modules, name))
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
