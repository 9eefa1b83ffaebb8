import { chmod, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { privateApt } from '../servers/private-apt.ts'
import { runCommand } from '../servers/run-command.ts'
import { reachableCache } from './reachable-cache.ts'

// Programs find each other and their files by their own path. Their libraries are of the release of
// the system, so they use its C library and its loader. `exec` makes the pid of the script that of
// the program.
const startScript = (program: string): string => `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here"/../../../../lib/*-linux-* "$here"/../../../../../lib/*-linux-*; do
  [ -d "$folder" ] && libraries="$folder\${libraries:+:$libraries}"
done
LD_LIBRARY_PATH="$libraries" exec "$here/${program}.bin" "$@"
`

/**
 * Unpacks PostgreSQL from the packages of this system into a folder, once, and returns the folder
 * of its programs. Nothing is installed on the system, no service starts, and no rights are needed.
 */
export async function unpackPostgres(cache?: string): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache ?? (await reachableCache()), `postgres-${archive.name}-${process.arch}`)
  await fillOnce(target, async (folder) => {
    const apt = join(folder, 'apt')
    const options = await privateApt(apt, archive)
    await runCommand('apt-get', [...options, '-qq', 'update'])
    await runCommand('apt-get', [...options, '-qq', 'download', ...(await packagesOf(options))], apt)
    for (const file of await readdir(apt)) {
      if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, file), folder])
    }
    await rm(apt, { recursive: true })
    await adapt(await versionIn(folder))
  })
  return join(await versionIn(target), 'bin')
}

/** Returns the newest server, its clients, and the libraries that they need beside libc. */
async function packagesOf(options: readonly string[]): Promise<readonly string[]> {
  const depends = (...args: readonly string[]): Promise<string> =>
    runCommand('apt-cache', [...options, 'depends', '--important', ...args])
  // "Depends: postgresql-15"
  const server = /Depends: (?<name>postgresql-\d+)/.exec(await depends('postgresql'))?.groups?.['name']
  if (server === undefined) throw new Error('the archive has no package of PostgreSQL')
  const client = server.replace('postgresql-', 'postgresql-client-')
  // Without the libraries of LLVM, which take 100 MB, there is no compilation of queries. Those of
  // Perl are for Debian's scripts.
  const lines = (await depends('--recurse', server, client)).split('\n')
  const libraries = lines.filter(
    (line) => /^lib[\w.+-]+$/.test(line) && !/^lib(c6|gcc-s1|llvm|perl|.*-perl$)/.test(line),
  )
  return [server, client, ...new Set(libraries)]
}

/** Returns the folder of the version of PostgreSQL. */
async function versionIn(folder: string): Promise<string> {
  const versions = join(folder, 'usr/lib/postgresql')
  const [version = ''] = await readdir(versions)
  return join(versions, version)
}

async function adapt(version: string): Promise<void> {
  // Its absence tells the server that it cannot compile queries. If it cannot be loaded, they fail.
  await rm(join(version, 'lib/llvmjit.so'), { force: true })
  for (const program of await readdir(join(version, 'bin'))) {
    const script = join(version, 'bin', program)
    await rename(script, `${script}.bin`)
    await writeFile(script, startScript(program))
    await chmod(script, 0o755)
  }
}
