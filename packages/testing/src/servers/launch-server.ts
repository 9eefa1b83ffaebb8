import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import type { RedisBinary } from './redis-binary.ts'
import { startContainer } from './run-container.ts'

export type ServerSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGQUIT' | 'SIGINT'

/** A started server, as a child of this process or in a container. It logs to `server.log`. */
export interface Launched {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  /** Settles when the server has ended. It does not keep this process running. */
  readonly exited: Promise<unknown>
  /** Kills the server, by SIGKILL or another signal, and waits until it has ended. */
  readonly end: (signal?: ServerSignal) => Promise<void>
}

const watchMs = 20

export async function launchServer(
  { path, image }: RedisBinary,
  folder: string,
  args: readonly string[],
): Promise<Launched> {
  if (image !== undefined) return watchedProcess(await startContainer({ image, folder, args }))
  return await launchProgram(path, folder, { args })
}

/** An account of the system. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Options for {@link launchProgram}. */
export interface ProgramStart {
  readonly args: readonly string[]
  /** The account to switch to. Default: that of this process. */
  readonly account?: Account | undefined
  readonly env?: NodeJS.ProcessEnv
}

/** Starts a program as a child of this process. It logs to `server.log` of the folder. */
export async function launchProgram(path: string, folder: string, start: ProgramStart): Promise<Launched> {
  const { args, account, env } = start
  const log = openSync(join(folder, 'server.log'), 'w')
  const child = spawn(path, args, { cwd: folder, stdio: ['ignore', log, log], env, ...account })
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
    end: async (signal = 'SIGKILL') => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.ref()
      child.kill(signal)
      await exited
    },
  }
}

/**
 * Returns a server in a container. The engine is its parent process, so this process receives no
 * exit event.
 */
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
    // After its end, another process may have the pid.
    if (!hasExited && isAlive(pid)) process.kill(pid, signal)
  }
  return {
    pid,
    kill,
    exited,
    end: async (signal = 'SIGKILL') => {
      kill(signal)
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
