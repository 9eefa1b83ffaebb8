import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { privateApt } from '../servers/private-apt.ts'
import { runCommand } from '../servers/run-command.ts'
import { postgresAccount } from './postgres-account.ts'

/** Programs find each other, and their files, by their own path. The libraries are beside them. */
const startScript = (program: string): string => `#!/bin/sh
root=$(cd "$(dirname "$0")/../../../../.." && pwd)
for folder in "$root"/usr/lib/*-linux-*; do libraries="$folder\${libraries:+:$libraries}"; done
LD_LIBRARY_PATH="$libraries" exec "$(dirname "$0")/${program}.bin" "$@"
`

/**
 * Unpacks PostgreSQL from the packages of this system into a folder, once, and returns the folder
 * of its programs. Nothing is installed on the system, no service starts, and no rights are needed.
 */
export async function unpackPostgres(): Promise<string> {
  const archive = await systemArchive()
  // The account that runs it may be unable to enter the checkout.
  const cache = postgresAccount() === undefined ? defaultCache : join(tmpdir(), 'revoked-cache')
  const target = join(cache, `postgres-${archive.name}-${process.arch}`)
  await mkdir(cache, { recursive: true })
  await fillOnce(target, async (folder) => {
    const apt = join(folder, 'apt')
    const options = await privateApt(apt, archive)
    await runCommand('apt-get', [...options, '-qq', 'update'])
    const packages = await packagesOf(options)
    await runCommand('apt-get', [...options, 'download', ...packages], apt)
    for (const file of await readdir(apt)) {
      if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, file), folder])
    }
    await rm(apt, { recursive: true })
    await wrapPrograms(await programsIn(folder))
  })
  return await programsIn(target)
}

/** Returns the newest server, its clients, and the libraries that they need beside libc. */
async function packagesOf(options: readonly string[]): Promise<readonly string[]> {
  const depends = (...args: readonly string[]): Promise<string> =>
    runCommand('apt-cache', [...options, 'depends', '--important', ...args])
  const meta = await depends('postgresql')
  const server = /Depends: (?<name>postgresql-\d+)/.exec(meta)?.groups?.['name']
  if (server === undefined) throw new Error('The archive has no package of PostgreSQL.')
  const client = server.replace('postgresql-', 'postgresql-client-')
  const all = await depends('--recurse', server, client)
  const libraries = all.split('\n').filter((line) => /^lib[\w.+-]+$/.test(line) && !/^libc6|^libgcc-s1/.test(line))
  return [server, client, 'pgbouncer', ...new Set(libraries)]
}

async function programsIn(folder: string): Promise<string> {
  const versions = join(folder, 'usr/lib/postgresql')
  const [version = ''] = await readdir(versions)
  return join(versions, version, 'bin')
}

async function wrapPrograms(folder: string): Promise<void> {
  for (const program of await readdir(folder)) {
    const script = join(folder, program)
    await rename(script, `${script}.bin`)
    await writeFile(script, startScript(program))
    await chmod(script, 0o755)
  }
}
