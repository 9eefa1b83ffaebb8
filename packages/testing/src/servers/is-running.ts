import { readFileSync } from 'node:fs'

/** Returns true if a process exists and has not ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !isZombie(pid)
}

/**
 * Returns true if the process has ended. The child of a process that has ended stays in the table
 * until the init process removes it.
 */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8').includes('State:\tZ')
  } catch {
    return true
  }
}
