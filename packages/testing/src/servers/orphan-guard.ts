import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Launched } from './launch-server.ts'

export interface OrphanGuard {
  /** Says what has been started. */
  readonly watch: (server: Pick<Launched, 'pid' | 'exited'>) => void
  /** For after the server's end, or when there was no start. */
  readonly dismiss: () => Promise<void>
}

// The shell waits for the end of its input, which comes when this process ends, in whatever way.
// The lines before it say what the pid is, that the process is gone, as its pid may be somebody
// else's by now, and that the folder is taken care of. A container may have started without our
// knowing of it: it leaves a note. If it starts later, without its folder, it fails. What a dying
// server still writes can make the removal fail.
const script = `
read -r pid || read -r pid <"$1/server.pid"
read -r gone || kill -9 "$pid"
read -r done && exit
for attempt in 1 2 3 4 5; do rm -rf "$1" && exit; sleep 0.1; done`

/**
 * Sees to it that a server does not outlive this process, nor its folder: also when this process is
 * killed, and no `exit` listener runs. It is there before the server is.
 */
export function guardOrphan(folder: string): OrphanGuard {
  // In a session of its own, as Ctrl-C reaches every process of the terminal's.
  const shell = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
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

/** The input is a socket, which would keep this process alive. Its type does not say so. */
function unref(input: Writable): void {
  if ('unref' in input && typeof input.unref === 'function') input.unref()
}
