import { access, readFile } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/** An archive of packages. */
export interface DebianArchive {
  /** The name of the archive in the cache. */
  readonly name: string
  /** The text of a sources.list. Default: the sources of the system. */
  readonly sources?: string
}

const publicMirror = 'http://deb.debian.org/debian'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Returns the archive of this system. A checkout may be mounted into a container with another one.
 */
export async function systemArchive(): Promise<DebianArchive> {
  return { name: `${await releaseField('ID')}-${await releaseField('VERSION_ID')}` }
}

/** Returns the archive of a Debian release, from the mirror that a Debian system uses already. */
export async function debianArchive(suite: string, signedBy: string = keyring): Promise<DebianArchive> {
  await access(signedBy).catch((cause: unknown) => {
    throw new Error(
      `without ${signedBy} Debian's packages cannot be trusted (apt-get install debian-archive-keyring)`,
      {
        cause,
      },
    )
  })
  const mirror = (await releaseField('ID')) === 'debian' ? await systemMirror() : publicMirror
  return { name: `debian-${suite}`, sources: `deb [signed-by=${signedBy}] ${mirror} ${suite} main\n` }
}

async function systemMirror(): Promise<string> {
  const targets = await runCommand('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Identifier: Packages'])
  // The archive of security updates does not count, because it has no complete release.
  return targets.split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? publicMirror
}

async function releaseField(name: string): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return release.match(new RegExp(`^${name}="?([\\w.-]+)`, 'm'))?.[1] ?? 'unknown'
}
