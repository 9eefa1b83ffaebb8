import { readFileSync } from 'node:fs'

/** Returns how many items a file of progress says are done, and 0 without one. */
export function doneIn(path: string): number {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).done
  } catch {
    return 0
  }
}
