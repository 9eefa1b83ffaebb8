import { spawn } from 'node:child_process'
import { bin, type CliOptions, environment, noteProcess } from './run-cli.ts'

/** A process of the command line that has a terminal. */
export interface TerminalRun {
  /** What was written to the terminal so far, by stdout and stderr. */
  readonly output: () => string
  /** Types something, such as Ctrl-C. */
  readonly type: (keys: string) => void
  readonly ended: Promise<number | null>
}

/** Starts the command line on a terminal of 60 columns, which `script` of util-linux makes. */
export function startOnTerminal(args: readonly string[], { env = {}, cwd }: Omit<CliOptions, 'stdin'>): TerminalRun {
  const quoted = [process.execPath, bin, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const child = spawn('script', ['-qefc', `stty cols 60 rows 24; exec ${quoted}`, '/dev/null'], {
    cwd,
    env: environment({ TERM: 'xterm-256color', SHELL: '/bin/sh', ...env }),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  noteProcess(child)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
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
