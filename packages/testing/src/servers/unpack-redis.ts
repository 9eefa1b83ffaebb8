import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianArchive } from './debian-archive.ts'
import { defaultCache } from './default-cache.ts'
import { fillOnce } from './fill-once.ts'
import { type Depends, unpackPackages } from './unpack-packages.ts'

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
    await unpackPackages(folder, archive, (depends) => packagesOf(servers, depends))
    for (const server of servers) {
      const script = join(folder, `start-${server}`)
      await writeFile(script, startScript(server))
      await chmod(script, 0o755)
    }
  })
  return (server) => join(target, `start-${server}`)
}

async function packagesOf(servers: readonly ServerName[], depends: Depends): Promise<readonly string[]> {
  const tools = servers.map((server) => server.replace('-server', '-tools'))
  const direct = [...(await depends(...tools)).matchAll(/^ *\|?Depends: (?<name>(?:z?lib|lua)[\w.+-]+)$/gm)]
  // The list includes transitive dependencies.
  const all = await depends('--recurse', ...direct.map((match) => match.groups?.['name'] ?? ''))
  const libraries = all.split('\n').filter((line) => /^(z?lib|lua)[\w.+-]+$/.test(line))
  return [...servers, ...tools, ...libraries]
}
