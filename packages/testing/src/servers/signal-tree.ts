import { readFileSync } from 'node:fs'
import type { ServerSignal } from './launch-server.ts'

/**
 * Signals a server and the processes that it has started. The server is stopped meanwhile, so that
 * it starts no other ones. Returns those processes.
 */
export function signalTree(pid: number, signal: ServerSignal): readonly number[] {
  send(pid, 'SIGSTOP')
  const children = childrenOf(pid)
  for (const one of [...children, pid]) send(one, signal)
  if (signal !== 'SIGSTOP') send(pid, 'SIGCONT')
  return children
}

/** Returns the processes that a process has started, on Linux. */
function childrenOf(pid: number): readonly number[] {
  if (process.platform !== 'linux') return []
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

function send(pid: number, signal: ServerSignal): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT')
}
