import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerAddress } from './located-server.ts'
import { SetupError } from './setup-error.ts'

/** The message that a server process receives at its start. */
export interface ServerOrder {
  readonly storeName: string
  /** Of a store in a file, the `url` is its path. */
  readonly address: ServerAddress
  /** The secret that all servers sign with. */
  readonly secret: Uint8Array
}

/** The answer of a server process: its URL, or why it could not start. */
export type ServerReply = { readonly url: string; readonly findings: readonly string[] } | { readonly refusal: string }

/** A server in a separate process. */
export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** What the diagnosis found in its store, line by line. */
  readonly findings: readonly string[]
  /** Resolves when the process has ended. */
  readonly close: () => Promise<void>
}

/** The compiled program, which tests that run on sources use as well. */
const program = fileURLToPath(new URL('../dist/server-process.js', import.meta.url))

/**
 * Starts a server in a separate process, with a separate client and store.
 *
 * @throws SetupError if it cannot start.
 */
export async function startServerProcess(order: ServerOrder): Promise<ServerProcess> {
  // Structured clones preserve the bytes of the secret, which JSON does not. Detached, because
  // Ctrl-C reaches every process of the terminal, and this process must end its servers in order.
  const child = fork(program, { serialization: 'advanced', execArgv: [], detached: true })
  const refused: ServerReply = { refusal: 'A server process ended before it was up.' }
  // An error means that the process could not be started, or has ended.
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
