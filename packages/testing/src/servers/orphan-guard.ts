import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Launched } from './launch-server.ts'

export interface OrphanGuard {
  /** Notes the pid of the started server. */
  readonly watch: (server: Pick<Launched, 'pid' | 'exited'>) => void
  /** Ends the guard, after the server's end or if there was no start. */
  readonly dismiss: () => Promise<void>
}

// The shell waits for the end of its input, which comes when this process ends in any way. Lines
// before the end give the pid, that the process has ended (its pid may belong to another process by
// now), and that the folder is removed. A container may have started without our knowledge, and
// then leaves a file with its pid. If it starts later, without its folder, it fails. The processes
// that the server has started end with it: a stopped server starts no more of them. A dying server
// may still write files, which makes the removal fail.
const script = `
read -r pid || read -r pid <"$1/server.pid"
read -r gone || { kill -STOP "$pid"; kill -9 $(cat "/proc/$pid/task/$pid/children") "$pid"; }
read -r done && exit
eval "$2"
for attempt in 1 2 3 4 5; do rm -rf "$1" && exit; sleep 0.1; done`

/**
 * Starts a guard that ends a server and removes its folder after this process, even if this process
 * is killed and no `exit` listener runs. It starts before the server.
 *
 * @param cleanUp - Commands of the shell that remove what the server has left outside the folder,
 *   which is `$1`.
 */
export function guardOrphan(folder: string, cleanUp = ''): OrphanGuard {
  // The guard has a separate session, because Ctrl-C reaches every process of the terminal.
  const args = ['-c', script, 'sh', folder, cleanUp]
  const shell = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  shell.unref()
  unref(shell.stdin)
  const ended = once(shell, 'exit')
  let isWatching = false
  return {
    watch: ({ pid, exited }) => {
      isWatching = true
      shell.stdin.write(`${pid}\n`)
      void exited.then(() => shell.stdin.writable && shell.stdin.write('gone\n'))
    },
    dismiss: async () => {
      shell.ref()
      shell.stdin.end(isWatching ? 'done\n' : 'none\ngone\ndone\n')
      await ended
    },
  }
}

/**
 * Unreferences the input, a socket that would keep this process alive. Its type does not show this.
 */
function unref(input: Writable): void {
  if ('unref' in input && typeof input.unref === 'function') input.unref()
}
