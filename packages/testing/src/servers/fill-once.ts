import { chmod, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { takeLock } from './take-lock.ts'

/**
 * Creates a folder with the content that `fill` writes, unless it exists. If another process is
 * about to do so, it waits for that one. Only a complete folder is renamed to the target.
 */
export async function fillOnce(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return
  await mkdir(dirname(target), { recursive: true })
  const release = await takeLock(`${target}.lock`)
  try {
    if (await exists(target)) return
    await fillAndRename(target, fill)
  } finally {
    await release()
  }
}

async function fillAndRename(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(`${target}.`)
  try {
    await fill(folder)
    await chmod(folder, 0o755)
    await rename(folder, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
