import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** An instance of a service, as a process. */
export interface Instance {
  /** The address at which Prometheus reads it, which is its label `instance`. */
  readonly address: string
  /** Uses a refresh token twice. */
  readonly reuse: () => void
  /** Revokes all tokens. */
  readonly revokeEverything: () => void
  readonly kill: (signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') => void
}

const program = fileURLToPath(new URL('instance.mjs', import.meta.url))

/** Starts an instance over the Redis of a port. Kill it in the end. */
export async function startInstance(redisPort: number, store: 'cache' | 'mirror'): Promise<Instance> {
  const child: ChildProcess = fork(program, [`--redis=${redisPort}`, `--store=${store}`], { execArgv: [] })
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  return {
    address: `127.0.0.1:${port}`,
    reuse: () => void child.send('reuse'),
    revokeEverything: () => void child.send('everything'),
    kill: (signal) => void child.kill(signal),
  }
}
