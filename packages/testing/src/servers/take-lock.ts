import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const pauseMs = 100

/** How long a process takes at most from creating the file to writing its id, in ms. */
const unwrittenMs = 5_000

/**
 * Waits until no other process holds the lock, takes it, and returns what releases it. The lock is
 * a file with the id of the process. One that has ended without releasing it holds nothing.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  while (!(await create(path))) {
    if (await isAbandoned(path)) await rm(path, { force: true })
    else await delay(pauseMs)
  }
  return () => rm(path, { force: true })
}

async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (pid > 0) return !isRunning(pid)
  const written = await stat(path).catch(() => undefined)
  return written !== undefined && Date.now() - written.mtimeMs > unwrittenMs
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
