import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import type { Launched } from './launch-server.ts'
import { PortTakenError } from './on-free-port.ts'
import { guardOrphan } from './orphan-guard.ts'

/** A server that is started in a folder, where it logs to `server.log`. */
export interface GuardedStart {
  /** The server, for messages. */
  readonly name: string
  readonly folder: string
  readonly port: number
  readonly launch: () => Promise<Launched>
  /** Returns true if the started server answers, and not another one on its port. */
  readonly answers: () => Promise<boolean>
  /** The limit of a start. Default: 10 s. */
  readonly startMs?: number
  /** Commands of the shell for what the server leaves outside the folder, which is `$1`. */
  readonly cleanUp?: string
}

/** A started server, which ends with this process. */
export interface Guarded {
  readonly launched: Launched
  /** Ends the guard, after the end of the server. */
  readonly dismiss: () => Promise<void>
}

const logTailLines = 20

/** Starts a server, and waits until it answers. A server that does not is killed. */
export async function runGuarded(start: GuardedStart): Promise<Guarded> {
  const { folder, cleanUp, launch } = start
  const { watch, dismiss } = guardOrphan(folder, cleanUp)
  const launched = await launch().catch(async (cause: unknown) => {
    await dismiss()
    throw await startError(start, cause)
  })
  watch(launched)
  try {
    await answering(launched, start)
  } catch (cause) {
    await launched.end()
    await dismiss()
    throw await startError(start, cause)
  }
  return { launched, dismiss }
}

async function answering({ exited }: Launched, { port, answers, startMs = 10_000 }: GuardedStart): Promise<void> {
  // Another process on the port may accept the connection and never answer.
  const end = exited.then(() => 'exited' as const)
  const outcome = await eventually(() => Promise.race([end, answers()]), `the server on port ${port} answers`, startMs)
  if (outcome === 'exited') throw new Error('the server ended')
}

async function startError({ name, folder, port }: GuardedStart, cause: unknown): Promise<Error> {
  // If there is no log, the start failed before the server ran.
  const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')
  if (log.includes('ddress already in use')) return new PortTakenError(`port ${port} is taken`, { cause })
  const tail = log.trimEnd().split('\n').slice(-logTailLines).join('\n')
  return new Error(`${name} did not start on port ${port}. Its log ends:\n${tail}`, { cause })
}
