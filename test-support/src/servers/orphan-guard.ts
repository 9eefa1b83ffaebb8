import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'

// The shell waits for the end of its input, which comes when this process ends, in whatever way. A first line says that
// the process is gone, and its pid may be somebody else's by now; a second one that the folder is taken care of.
// What a dying server still writes can make the removal fail.
const script = `
read -r gone || kill -9 "$1"
read -r done && exit
for attempt in 1 2 3 4 5; do rm -rf "$2" && exit; sleep 0.1; done`

/**
 * Sees to it that a child does not outlive this process, nor its folder: also when this process is killed, and no
 * `exit` listener runs. Answers the function that ends the watch, for after the child's end.
 */
export function guardOrphan(child: ChildProcess, folder: string): () => Promise<void> {
  // In a session of its own, as Ctrl-C reaches every process of the terminal's.
  const shell = spawn('/bin/sh', ['-c', script, 'sh', String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  unref(shell.stdin)
  child.once('exit', () => shell.stdin.write('gone\n'))
  const exited = once(shell, 'exit')
  return async () => {
    shell.ref()
    shell.stdin.end('done\n')
    await exited
  }
}

/** The input is a socket, which would keep this process alive. Its type does not say so. */
function unref(input: Writable): void {
  if ('unref' in input && typeof input.unref === 'function') input.unref()
}
