import { access, readFile } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/** Where packages come from. */
export interface DebianArchive {
  /** Tells apart what has been unpacked. */
  readonly name: string
  /** The text of a sources.list. Without it, the sources of the system count. */
  readonly sources?: string
}

const publicMirror = 'http://deb.debian.org/debian'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The archive of this system. A checkout may be mounted into a container with another one. */
export async function systemArchive(): Promise<DebianArchive> {
  return { name: `${await releaseField('ID')}-${await releaseField('VERSION_ID')}` }
}

/**
 * A release of Debian's, whatever the system's own is, from the mirror that a Debian system uses
 * already.
 */
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
  // Not the archive of the security updates, which has no such release as a whole.
  return targets.split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? publicMirror
}

async function releaseField(name: string): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return release.match(new RegExp(`^${name}="?([\\w.-]+)`, 'm'))?.[1] ?? 'unknown'
}
