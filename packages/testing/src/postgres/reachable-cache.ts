import { lstat, mkdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultCache } from '../servers/default-cache.ts'
import { postgresAccount } from './postgres-account.ts'

/**
 * Returns the folder for programs that the account of PostgreSQL can run: that of the checkout, or
 * one for temporary files if the account may not enter the checkout.
 */
export async function reachableCache(cache: string = defaultCache, temporary: string = tmpdir()): Promise<string> {
  await mkdir(cache, { recursive: true })
  if (postgresAccount() === undefined || (await othersMayEnter(cache))) return cache
  const folder = join(temporary, `revoked-cache-${process.getuid?.()}`)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  // Anybody can create it there first, and programs in it later.
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only this account can change: remove it`)
  }
  return folder
}

/** Returns true if every account may enter a folder. */
async function othersMayEnter(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o001) === 0) return false
  return dirname(folder) === folder || (await othersMayEnter(dirname(folder)))
}
