import { statSync } from 'node:fs'
import { misuse } from '../errors.ts'

/**
 * Returns whether a path names a file that can be read twice, and that a file can be kept beside.
 * Others, such as those of `<(zcat backup.gz)`, are read once, like stdin.
 */
export function isRegularFile(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true)
}

/**
 * A file that is written is put in the place of the one before. A device, such as `/dev/null`,
 * would be gone.
 *
 * @throws CliError (misuse) if the path is that of something else than a file.
 */
export function assertReplaceable(path: string, option: string): void {
  if (!isRegularFile(path)) throw misuse(`${option} must be a file. There is a folder or a device at its path.`)
}
