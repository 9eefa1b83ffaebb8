import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { privateApt } from '../servers/private-apt.ts'
import { runCommand } from '../servers/run-command.ts'

/** Packages take 100 MB or more. */
const limitMs = 300_000

// The browser and its missing libraries are of the release of the system, so they use its C library
// and its loader.
const startScript = `#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/usr/lib/*-linux-* "$here"/lib/*-linux-*; do
  LD_LIBRARY_PATH="$folder:$folder/nss:$folder/pulseaudio\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/usr/lib/chromium/chromium" "$@"
`

// The settings of the system, if it has them, and fonts of this folder, if it has none.
const fonts = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <include ignore_missing="yes">${folder}/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/usr/share/fonts</dir>
  <cachedir>${folder}/fonts.cache</cachedir>
</fontconfig>
`

/**
 * Unpacks the package chromium, and those that it needs and that the system lacks, into a folder,
 * once. Returns the path of a start script. Nothing is installed on the system, and no rights are
 * needed. Rejects if the system has no apt-get or its archive has no such package.
 */
export async function unpackChromium(archive: DebianArchive, cache: string = defaultCache): Promise<string> {
  const target = join(cache, `chromium-${archive.name}-${process.arch}`)
  await fillOnce(target, async (folder) => {
    await download(folder, archive)
    await writeFile(join(folder, 'fonts.conf'), fonts(target))
    await writeFile(join(folder, 'start-chromium'), startScript)
    await chmod(join(folder, 'start-chromium'), 0o755)
  })
  return join(target, 'start-chromium')
}

async function download(folder: string, archive: DebianArchive): Promise<void> {
  const apt = join(folder, 'apt')
  await mkdir(apt)
  const options = await privateApt(apt, archive, '/var/lib/dpkg/status')
  await runCommand('apt-get', [...options, '-qq', 'update'], apt, limitMs)
  // Both are unpacked even if the system has them: whoever comes here does not find its browser.
  const browser = ['chromium', 'chromium-common']
  const plan = await runCommand('apt-get', [
    ...options,
    '-s',
    '--no-install-recommends',
    'install',
    ...browser,
    'fonts-dejavu-core',
  ])
  // "Inst chromium (150.0.7871.100-1~deb12u1 Debian:12.15/oldstable [amd64])"
  const missing = [...plan.matchAll(/^Inst (?<name>\S+) /gm)].map(({ groups }) => groups?.['name'] ?? '')
  await runCommand('apt-get', [...options, '-qq', 'download', ...new Set([...browser, ...missing])], apt, limitMs)
  for (const file of await readdir(apt)) {
    if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(apt, file), folder])
  }
  await rm(apt, { recursive: true })
}
