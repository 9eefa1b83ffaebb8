import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RedisAddress } from './redis-client.ts'
import { SetupError } from './setup-error.ts'

/** What a server process is told. */
export interface ServerOrder {
  readonly storeName: string
  readonly address: RedisAddress
  /** What all servers sign with. */
  readonly secret: Uint8Array
}

/** What it says once it is up, or why it is not. */
export type ServerReply = { readonly url: string; readonly findings: readonly string[] } | { readonly refusal: string }

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** What is wrong with its store, line by line. */
  readonly findings: readonly string[]
  /** Resolves when the process is gone. */
  readonly close: () => Promise<void>
}

/** The built one, from the sources too. */
const program = fileURLToPath(new URL('../dist/server-process.js', import.meta.url))

/**
 * Starts a server as a process, with a client and a store of its own. @throws SetupError if it
 * cannot start.
 */
export async function startServerProcess(order: ServerOrder): Promise<ServerProcess> {
  // Structured clones carry the bytes of the secret, which JSON does not. Detached, because Ctrl-C
  // reaches every process of the terminal's: this one decides when its servers end.
  const child = fork(program, { serialization: 'advanced', execArgv: [], detached: true })
  const refused: ServerReply = { refusal: 'A server process ended before it was up.' }
  // An error is that it cannot be started, or told anything: it is gone, or never was.
  const exited = once(child, 'exit').then(
    () => refused,
    () => refused,
  )
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect()
    await exited
  }
  child.send(order)
  const reply = await Promise.race([
    once(child, 'message').then(
      ([message]) => message as ServerReply,
      () => refused,
    ),
    exited,
  ])
  if ('url' in reply) return { ...reply, pid: child.pid ?? 0, close }
  await close()
  throw new SetupError(reply.refusal)
}
