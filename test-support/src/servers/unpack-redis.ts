import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './run-command.ts'

const defaultCache = fileURLToPath(new URL('../../../node_modules/.cache/revoked', import.meta.url))

// The one library that has to be the system's own, as it belongs to the dynamic loader.
const neverUnpacked = new Set(['libc6'])

// `exec`, so that the pid of the script is the pid of the server.
const startScript = `#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/lib/*-linux-* "$here"/usr/lib/*-linux-*; do libraries="$folder\${libraries:+:$libraries}"; done
LD_LIBRARY_PATH="$libraries" exec "$here/usr/bin/redis-server" "$@"
`

/**
 * Unpacks Debian's or Ubuntu's `redis-server` with its libraries into a folder, once, and answers the path of a script
 * that starts it. The system stays as it is: nothing is installed, no service starts, and no rights are needed.
 */
export async function unpackRedis(cache: string = defaultCache): Promise<string> {
  const target = join(cache, `redis-server-${await systemName()}`)
  const script = join(target, 'start-redis')
  if (await exists(script)) return script
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'unpack-'))
  try {
    await download(folder)
    await writeFile(join(folder, 'start-redis'), startScript)
    await chmod(join(folder, 'start-redis'), 0o755)
    await chmod(folder, 0o755)
    // Two suites may unpack at the same time: a whole folder takes the name, or finds it taken by another whole one.
    await rename(folder, target).catch(async (error: unknown) => {
      if (!(await exists(script))) throw error
    })
    return script
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download(folder: string): Promise<void> {
  // Lists and archives of our own: those of the system may be absent, need root, and are locked while in use.
  const apt = join(folder, 'apt')
  await mkdir(join(apt, 'lists/partial'), { recursive: true })
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true })
  const own = ['-o', `Dir::State::lists=${apt}/lists`, '-o', `Dir::Cache=${apt}/cache`]
  const unsandboxed = ['-o', 'APT::Sandbox::User=', '-o', 'APT::Update::Post-Invoke-Success::=']
  await runCommand('apt-get', [...own, ...unsandboxed, '-qq', 'update'])
  const depends = await runCommand('apt-cache', [...own, 'depends', '--important', 'redis-tools'])
  const libraries = [...depends.matchAll(/^ *\|?Depends: (?<name>lib[\w.+-]+)$/gm)]
    .map((match) => match.groups?.['name'] ?? '')
    .filter((name) => !neverUnpacked.has(name))
  await runCommand('apt-get', [...own, ...unsandboxed, 'download', 'redis-server', 'redis-tools', ...libraries], apt)
  for (const archive of await readdir(apt)) {
    if (archive.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, archive), folder])
  }
  await rm(apt, { recursive: true })
}

/** A checkout may be mounted into a container with another system, whose C library is not the same. */
async function systemName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8')
  const field = (name: string): string => release.match(new RegExp(`^${name}="?([\\w.-]+)`, 'm'))?.[1] ?? 'unknown'
  return `${field('ID')}-${field('VERSION_ID')}-${process.arch}`
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
