import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../servers/eventually.ts'
import { isRunning } from '../servers/is-running.ts'
import { type Launched, launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { runCommand } from '../servers/run-command.ts'
import { runGuarded } from '../servers/run-guarded.ts'
import { signalTree } from '../servers/signal-tree.ts'
import { startWith } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { queryOnce } from './query-once.ts'

/** What a server runs on. */
export interface PostgresRun {
  readonly binaries: PostgresBinaries
  readonly folder: string
  readonly data: string
  readonly port: number
}

/** One run of a server, with the processes of its connections. */
export interface PostgresProcess {
  readonly pid: number
  readonly kill: (signal: ServerSignal) => void
  /** Ends the processes, and cleans up before the guard ends. */
  readonly end: (cleanUp?: () => Promise<void>) => Promise<void>
}

/**
 * The signals that the main process passes on as it sees fit. The others are for the whole tree.
 */
const requests: readonly ServerSignal[] = ['SIGQUIT', 'SIGINT']

// A server that is killed leaves a segment of 56 bytes of shared memory, which is named in the
// seventh line of this file.
const pidFile = 'data/postmaster.pid'
const removeSegment = `ipcrm -m "$(sed -n '7s/.* //p' "$1/${pidFile}")"`

/** Starts a server, and waits until it answers. */
export async function runPostgres({ binaries, folder, data, port }: PostgresRun): Promise<PostgresProcess> {
  const { launched, dismiss } = await runGuarded({
    name: `PostgreSQL ${binaries.version}`,
    folder,
    port,
    launch: async () => {
      return treeOf(await launchProgram(binaries.path('postgres'), folder, startWith(['-D', data])), folder)
    },
    answers: async () => {
      const [row] = await queryOnce(port, "SELECT current_setting('data_directory') AS data")
      return row?.['data'] === data
    },
    startMs: 30_000,
    cleanUp: removeSegment,
  })
  return {
    pid: launched.pid,
    kill: launched.kill,
    end: async (cleanUp) => {
      await launched.end()
      await cleanUp?.()
      await dismiss()
    },
  }
}

/** Returns a server whose end is that of its connections, too. */
function treeOf(main: Launched, folder: string): Launched {
  let hasExited = false
  void main.exited.then(() => {
    hasExited = true
  })
  let children: readonly number[] = []
  const kill = (signal: ServerSignal): void => {
    // After its end, another process may have the pid.
    if (hasExited) return
    if (requests.includes(signal)) main.kill(signal)
    else children = signalTree(main.pid, signal)
  }
  return {
    ...main,
    kill,
    end: async () => {
      kill('SIGKILL')
      await main.end()
      // A connection that still ends would keep the data from being used again.
      await eventually(() => !children.some(isRunning), 'the connections of the server have ended')
      await removeShared(folder)
    },
  }
}

/** Removes the shared memory of a server that was killed. */
async function removeShared(folder: string): Promise<void> {
  // A server that ended by itself has removed both.
  const file = await readFile(join(folder, pidFile), 'utf8').catch(() => '')
  const segment = /^\s*\d+\s+(\d+)\s*$/m.exec(file.split('\n')[6] ?? '')?.[1]
  if (segment === undefined) return
  // A restart of the machine removes it at the latest, so its absence is no failure.
  await runCommand('ipcrm', ['-m', segment]).catch(() => undefined)
}
