import { chmod, readdir, rename, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

// Programs find each other and their files by their own path. Their libraries are of the release of
// the system, so they use its C library and its loader. `exec` makes the pid of the script that of
// the program.
const startScript = (program: string, root: string): string => `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here/${root}"/usr/lib/*-linux-* "$here/${root}"/lib/*-linux-*; do
  [ -d "$folder" ] && libraries="$folder\${libraries:+:$libraries}"
done
LD_LIBRARY_PATH="$libraries" exec "$here/${program}.bin" "$@"
`

/** Replaces the programs of a folder with scripts that start them with the libraries of a root. */
export async function wrapPrograms(root: string, folder: string): Promise<void> {
  for (const program of await readdir(folder)) {
    const script = join(folder, program)
    await rename(script, `${script}.bin`)
    await writeFile(script, startScript(program, relative(folder, root)))
    await chmod(script, 0o755)
  }
}
