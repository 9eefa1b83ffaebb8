import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../servers/eventually.ts'
import { isRunning } from '../servers/is-running.ts'
import { type Launched, launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { PortTakenError } from '../servers/on-free-port.ts'
import { guardOrphan } from '../servers/orphan-guard.ts'
import { runCommand } from '../servers/run-command.ts'
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

const startMs = 30_000
const logTail = 2_000

/**
 * The signals that the main process passes on as it sees fit. The others are for the whole tree.
 */
const requests: readonly ServerSignal[] = ['SIGQUIT', 'SIGINT']

// A server that is killed leaves a segment of 56 bytes of shared memory, which is named in the
// seventh line of this file.
const pidFile = 'data/postmaster.pid'
const removeSegment = `ipcrm -m "$(sed -n '7s/.* //p' "$1/${pidFile}")"`

/** Starts a server, and waits until it answers. */
export async function runPostgres(run: PostgresRun): Promise<PostgresProcess> {
  const { binaries, folder, data } = run
  const guard = guardOrphan(folder, removeSegment)
  const launched = await launchProgram(binaries.path('postgres'), folder, startWith(['-D', data])).catch(
    async (cause: unknown) => {
      await guard.dismiss()
      throw await startError(run, cause)
    },
  )
  guard.watch(launched)
  const tree = treeOf(launched)
  const end = async (cleanUp?: () => Promise<void>): Promise<void> => {
    await tree.end()
    if (cleanUp !== undefined) {
      await removeShared(folder)
      await cleanUp()
    }
    await guard.dismiss()
  }
  try {
    await answering(launched, run)
  } catch (cause) {
    await end()
    throw await startError(run, cause)
  }
  return { pid: launched.pid, kill: tree.kill, end }
}

function treeOf(launched: Launched): { kill: (signal: ServerSignal) => void; end: () => Promise<void> } {
  const { pid } = launched
  let hasExited = false
  void launched.exited.then(() => {
    hasExited = true
  })
  let children: readonly number[] = []
  const kill = (signal: ServerSignal): void => {
    // After its end, another process may have the pid.
    if (hasExited) return
    if (requests.includes(signal)) launched.kill(signal)
    else children = signalTree(pid, signal)
  }
  return {
    kill,
    end: async () => {
      kill('SIGKILL')
      await launched.end()
      // A connection that still ends would keep the data from being used again.
      await eventually(() => !children.some(isRunning), 'the connections of the server have ended')
    },
  }
}

async function answering(launched: Launched, { port, data }: PostgresRun): Promise<void> {
  // Another process on the port may accept the connection and never answer.
  const exited = launched.exited.then(() => 'exited' as const)
  const isIt = async (): Promise<boolean> => {
    const [row] = await queryOnce(port, "SELECT current_setting('data_directory') AS data")
    return row?.['data'] === data
  }
  const outcome = await eventually(() => Promise.race([exited, isIt()]), `PostgreSQL on port ${port} answers`, startMs)
  if (outcome === 'exited') throw new Error('the server ended')
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

async function startError({ binaries, folder, port }: PostgresRun, cause: unknown): Promise<Error> {
  // If there is no log, the start failed before the server ran.
  const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')
  if (log.includes('Address already in use')) return new PortTakenError(`port ${port} is taken`, { cause })
  const what = `PostgreSQL ${binaries.version} did not start on port ${port}`
  return new Error(`${what}. Its log ends:\n${log.slice(-logTail)}`, { cause })
}
