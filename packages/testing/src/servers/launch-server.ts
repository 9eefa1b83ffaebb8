import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import type { RedisBinary } from './redis-binary.ts'
import { startContainer } from './run-container.ts'

export type ServerSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

/**
 * A server that has been started, as a child of this process or in a container. It logs to
 * `server.log`.
 */
export interface Launched {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  /** That nobody knows of the end yet does not keep this process running. */
  readonly exited: Promise<unknown>
  /** Kills it, and waits until it is gone. */
  readonly end: () => Promise<void>
}

const watchMs = 20

export async function launchServer(
  { path, image }: RedisBinary,
  folder: string,
  args: readonly string[],
): Promise<Launched> {
  if (image !== undefined) return watchedProcess(await startContainer({ image, folder, args }))
  const log = openSync(join(folder, 'server.log'), 'w')
  const child = spawn(path, args, { cwd: folder, stdio: ['ignore', log, log] })
  closeSync(log)
  await once(child, 'spawn')
  return launchedChild(child)
}

function launchedChild(child: ChildProcess): Launched {
  const exited = once(child, 'exit')
  child.unref()
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    exited,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.ref()
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The engine is the parent, so that nobody tells us of the end. */
function watchedProcess(pid: number): Launched {
  let hasExited = false
  const exited = new Promise<void>((resolve) => {
    const watch = setInterval(() => {
      if (isAlive(pid)) return
      hasExited = true
      clearInterval(watch)
      resolve()
    }, watchMs).unref()
  })
  const kill = (signal: ServerSignal): void => {
    // Once it is gone, the pid may be somebody else's.
    if (!hasExited && isAlive(pid)) process.kill(pid, signal)
  }
  return {
    pid,
    kill,
    exited,
    end: async () => {
      kill('SIGKILL')
      await eventually(() => hasExited, `the server with pid ${pid} is gone`)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}
