import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianArchive } from './debian-archive.ts'
import { defaultCache } from './default-cache.ts'
import { fillOnce } from './fill-once.ts'
import { privateApt } from './private-apt.ts'
import { runCommand } from './run-command.ts'

export type ServerName = 'redis-server' | 'valkey-server'

export interface Unpacking {
  readonly archive: DebianArchive
  /**
   * The servers in the archive. All of them are unpacked at once, because they share most of the
   * download.
   */
  readonly servers: readonly ServerName[]
  readonly cache?: string | undefined
}

// A server of another release needs its C library, which only its dynamic loader can load. `exec`
// makes the pid of the script that of the server.
const startScript = (server: ServerName): string => `#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/lib/*-linux-* "$here"/usr/lib/*-linux-*; do libraries="$folder\${libraries:+:$libraries}"; done
for loader in "$here"/lib/*-linux-*/ld-linux-*.so.* "$here"/usr/lib/*-linux-*/ld-linux-*.so.*; do
  [ -x "$loader" ] && exec "$loader" --library-path "$libraries" "$here/usr/bin/${server}" "$@"
done
echo "no dynamic loader in $here" >&2
exit 1
`

/**
 * Unpacks servers of Debian or Ubuntu with their libraries into a folder, once. Returns the path of
 * the start script of each. Nothing is installed on the system, no service starts, and no rights
 * are needed.
 */
export async function unpackServers(unpacking: Unpacking): Promise<(server: ServerName) => string> {
  const { archive, servers, cache = defaultCache } = unpacking
  const target = join(cache, `servers-${archive.name}-${process.arch}`)
  await fillOnce(target, async (folder) => {
    await download(folder, unpacking)
    for (const server of servers) {
      const script = join(folder, `start-${server}`)
      await writeFile(script, startScript(server))
      await chmod(script, 0o755)
    }
  })
  return (server) => join(target, `start-${server}`)
}

async function download(folder: string, { archive, servers }: Unpacking): Promise<void> {
  const apt = join(folder, 'apt')
  const options = await privateApt(apt, archive)
  await runCommand('apt-get', [...options, '-qq', 'update'])
  const dependsOf = (...names: readonly string[]): Promise<string> =>
    runCommand('apt-cache', [...options, 'depends', '--important', ...names])
  const tools = servers.map((server) => server.replace('-server', '-tools'))
  const direct = [...(await dependsOf(...tools)).matchAll(/^ *\|?Depends: (?<name>(?:z?lib|lua)[\w.+-]+)$/gm)]
  // The list includes transitive dependencies.
  const all = await dependsOf('--recurse', ...direct.map((match) => match.groups?.['name'] ?? ''))
  const libraries = all.split('\n').filter((line) => /^(z?lib|lua)[\w.+-]+$/.test(line))
  await runCommand('apt-get', [...options, 'download', ...servers, ...tools, ...new Set(libraries)], apt)
  for (const file of await readdir(apt)) {
    if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, file), folder])
  }
  await rm(apt, { recursive: true })
}
