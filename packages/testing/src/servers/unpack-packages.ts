import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianArchive } from './debian-archive.ts'
import { privateApt } from './private-apt.ts'
import { runCommand } from './run-command.ts'

/** Lists what packages depend on, as `apt-cache depends` prints it. */
export type Depends = (...args: readonly string[]) => Promise<string>

/**
 * Downloads packages of an archive, and unpacks them into a folder. Nothing is installed on the
 * system, no service starts, and no rights are needed.
 *
 * @param choose - Returns the names of the packages.
 */
export async function unpackPackages(
  folder: string,
  archive: DebianArchive,
  choose: (depends: Depends) => Promise<readonly string[]>,
): Promise<void> {
  const apt = join(folder, 'apt')
  await mkdir(apt)
  const options = await privateApt(apt, archive)
  await runCommand('apt-get', [...options, '-qq', 'update'], apt)
  const packages = await choose((...args) =>
    runCommand('apt-cache', [...options, 'depends', '--important', ...args], apt),
  )
  await runCommand('apt-get', [...options, '-qq', 'download', ...new Set(packages)], apt, limitMs)
  for (const file of await readdir(apt)) {
    if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, file), folder])
  }
  await rm(apt, { recursive: true })
}

/** The largest take some tens of MB. */
const limitMs = 300_000

/** Returns the names of the libraries in a list of dependencies, without those of the system. */
export function librariesIn(depends: string): readonly string[] {
  return depends.split('\n').filter((line) => /^z?lib[\w.+-]+$/.test(line) && !/^lib(c6|gcc-s1)$/.test(line))
}
