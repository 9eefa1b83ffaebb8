import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { wrapPrograms } from '../postgres/wrap-programs.ts'
import { systemArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { onPath } from '../servers/on-path.ts'
import { librariesIn, unpackPackages } from '../servers/unpack-packages.ts'

/** An nginx that can run on this machine. */
export interface NginxBinary {
  readonly path: string
  readonly version: string
}

/** The places in which nginx is searched. */
export interface NginxSearch {
  /** The environment, of which `REVOKED_NGINX` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for an nginx that is unpacked from the packages of the system. */
  readonly cache?: string
}

let found: Promise<NginxBinary> | undefined

/**
 * Returns the nginx that the suites run. It is searched once per process. Rejects with the package
 * to install if there is none.
 */
export function nginxBinary(): Promise<NginxBinary> {
  found ??= findNginx({ env: process.env })
  return found
}

/** Returns an nginx as `nginxBinary` does, but for other places, and without a cached result. */
export async function findNginx({ env, cache }: NginxSearch): Promise<NginxBinary> {
  const chosen = env['REVOKED_NGINX']
  if (chosen) return identify(chosen, `REVOKED_NGINX=${chosen}`)
  const path = await onPath('nginx', env)
  if (path !== undefined) return identify(path)
  const unpacked = await unpackNginx(cache).catch((cause: unknown) => {
    throw new Error(
      'There is no nginx to start: it is not on the PATH, and apt-get could not fetch it. Install it ' +
        '(apt-get install nginx), or set REVOKED_NGINX to its path.',
      { cause },
    )
  })
  return identify(unpacked)
}

async function unpackNginx(cache: string = defaultCache): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache, `nginx-${archive.name}-${process.arch}`)
  const programs = 'usr/sbin'
  await fillOnce(target, async (folder) => {
    await unpackPackages(folder, archive, async (depends) => {
      // Of its dependencies only the libraries count: others are scripts and modules.
      const direct = [...(await depends('nginx')).matchAll(/Depends: (?<name>z?lib[\w.+-]+)$/gm)]
      const names = direct.map(({ groups }) => groups?.['name'] ?? '')
      return ['nginx', ...librariesIn(await depends('--recurse', ...names))]
    })
    await wrapPrograms(folder, join(folder, programs))
  })
  return join(target, programs, 'nginx')
}

async function identify(path: string, origin: string = path): Promise<NginxBinary> {
  // It prints its version to stderr.
  const { stderr } = await promisify(execFile)(path, ['-v']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as nginx`, { cause })
  })
  const version = /^nginx version: \S+\/(?<version>[\d.]+)/.exec(stderr)?.groups?.['version']
  if (version === undefined) throw new Error(`${origin} is no nginx: it says ${stderr}`)
  return { path, version }
}
