import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CliOptions } from './run-cli.ts'

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

/** A process of the command line that has a terminal. */
export interface TerminalRun {
  /** What was written to the terminal so far. */
  readonly output: () => string
  /** Types something, such as Ctrl-C. */
  readonly type: (keys: string) => void
  readonly ended: Promise<number | null>
}

/** Starts the command line on a terminal of 60 columns, which `script` of util-linux makes. */
export function startOnTerminal(args: readonly string[], { env = {}, cwd }: Omit<CliOptions, 'stdin'>): TerminalRun {
  const { NODE_OPTIONS: _, REVOKED_STORE: __, NO_COLOR: ___, ...own } = process.env
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', bin, ...args]
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['-qefc', `stty cols 60 rows 24; exec ${quoted}`, '/dev/null'], {
    cwd,
    env: { ...own, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return {
    output: () => output,
    type: (keys) => void child.stdin.write(keys),
    ended: new Promise((resolve, reject) => {
      child.on('error', (cause) => reject(new Error('A terminal needs the program `script` (util-linux).', { cause })))
      child.on('close', resolve)
    }),
  }
}
