import { existsSync, readdirSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { wrapPrograms } from '../postgres/wrap-programs.ts'
import { systemArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { onPath } from '../servers/on-path.ts'
import { runCommand } from '../servers/run-command.ts'
import { librariesIn, unpackPackages } from '../servers/unpack-packages.ts'

/** A shell that few machines have. */
export type ShellName = 'zsh' | 'fish'

/** A shell that can run on this machine. */
export interface Shell {
  readonly path: string
  readonly version: string
  /**
   * Lines that its first start-up file must begin with. One that is unpacked beside the system does
   * not find its own files otherwise.
   */
  readonly prelude: string
}

/** The places in which a shell is searched. */
export interface ShellSearch {
  /** The environment, of which `REVOKED_ZSH` or `REVOKED_FISH`, and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a shell that is unpacked from the packages of the system. */
  readonly cache?: string
}

const found = new Map<ShellName, Promise<Shell>>()

/**
 * Returns the shell that the suites run. It is searched once per process. Rejects with the package
 * to install if there is none.
 */
export function shell(name: ShellName): Promise<Shell> {
  const known = found.get(name) ?? findShell(name, { env: process.env })
  found.set(name, known)
  return known
}

/** Returns a shell as `shell` does, but for other places, and without a cached result. */
export async function findShell(name: ShellName, { env, cache }: ShellSearch): Promise<Shell> {
  const variable = `REVOKED_${name.toUpperCase()}`
  const chosen = env[variable]
  if (chosen) return await identify(name, chosen, `${variable}=${chosen}`)
  const path = await onPath(name, env)
  if (path !== undefined) return await identify(name, path)
  const root = await unpackShell(name, cache).catch((cause: unknown) => {
    throw new Error(
      `There is no ${name} to start: it is not on the PATH, and apt-get could not fetch it. Install it ` +
        `(apt-get install ${name}), or set ${variable} to its path.`,
      { cause },
    )
  })
  const shell = await identify(name, join(root, programsIn(root, name), name))
  return { ...shell, prelude: name === 'zsh' ? zshPrelude(root, shell.version) : '' }
}

/** Before Debian 13, the package of zsh has its program in `/bin`. */
function programsIn(root: string, name: ShellName): string {
  return existsSync(join(root, 'bin', name)) ? 'bin' : 'usr/bin'
}

async function unpackShell(name: ShellName, cache: string = defaultCache): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache, `${name}-${archive.name}-${process.arch}`)
  await fillOnce(target, async (folder) => {
    await unpackPackages(folder, archive, async (depends) => [
      name,
      `${name}-common`,
      ...librariesIn(await depends('--recurse', name)),
    ])
    // Next to its configuration, fish looks for its other files, too.
    if (name === 'fish') await symlink('../etc', join(folder, 'usr/etc'))
    await wrapPrograms(folder, join(folder, programsIn(folder, name)))
  })
  return target
}

/** The modules of zsh, and the functions that complete. */
function zshPrelude(root: string, version: string): string {
  const [libraries = ''] = readdirSync(join(root, 'usr/lib')).filter((folder) => /-linux-/.test(folder))
  return `module_path=('${join(root, 'usr/lib', libraries, 'zsh', version)}')
fpath=('${root}'/usr/share/zsh/functions/**/*(/N))
`
}

async function identify(name: ShellName, path: string, origin: string = path): Promise<Shell> {
  const answer = await runCommand(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as ${name}`, { cause })
  })
  const version = new RegExp(`^${name}(?:,? version)? (?<version>[\\d.]+)`).exec(answer)?.groups?.['version']
  if (version === undefined) throw new Error(`${origin} is no ${name}: it says ${answer}`)
  return { path, version, prelude: '' }
}
