import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { type Depends, librariesIn, unpackPackages } from '../servers/unpack-packages.ts'
import { reachableCache } from './reachable-cache.ts'
import { wrapPrograms } from './wrap-programs.ts'

/**
 * Unpacks PostgreSQL from the packages of this system into a folder, once, and returns the folder
 * of its programs.
 */
export async function unpackPostgres(cache?: string): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache ?? (await reachableCache()), `postgres-${archive.name}-${process.arch}`)
  await fillOnce(target, async (folder) => {
    await unpackPackages(folder, archive, packagesOf)
    const version = await versionIn(folder)
    // Its absence tells the server that it cannot compile queries. If it cannot be loaded, they
    // fail.
    await rm(join(version, 'lib/llvmjit.so'), { force: true })
    await wrapPrograms(folder, join(version, 'bin'))
  })
  return join(await versionIn(target), 'bin')
}

/**
 * Returns the server of this release, its clients, and the libraries that they need beside libc.
 */
async function packagesOf(depends: Depends): Promise<readonly string[]> {
  // "Depends: postgresql-15"
  const server = /Depends: (?<name>postgresql-\d+)/.exec(await depends('postgresql'))?.groups?.['name']
  if (server === undefined) throw new Error('the archive has no package of PostgreSQL')
  const client = server.replace('postgresql-', 'postgresql-client-')
  // Without the libraries of LLVM, which take 100 MB, there is no compilation of queries. Those of
  // Perl are for Debian's scripts.
  const libraries = librariesIn(await depends('--recurse', server, client))
  return [server, client, ...libraries.filter((name) => !/^libllvm|^libperl|-perl$/.test(name))]
}

/** Returns the folder of the version of PostgreSQL. */
async function versionIn(folder: string): Promise<string> {
  const versions = join(folder, 'usr/lib/postgresql')
  const [version = ''] = await readdir(versions)
  return join(versions, version)
}
