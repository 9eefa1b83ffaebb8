import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A child process that runs a program of `programs/`. */
export interface Program {
  readonly process: ChildProcess
  /** The lines that it has printed, complete ones only. */
  readonly lines: () => readonly string[]
  /** Resolves once it has ended, to the signal or the exit code, and what it wrote to stderr. */
  readonly ended: Promise<{ readonly how: string | number | null; readonly errors: string; readonly output: string }>
}

/** Starts a program of `programs/`, which uses the built packages. */
export function startProgram(name: string, args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  return {
    process: child,
    lines: () =>
      output
        .slice(0, output.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve({ how: signal ?? code, errors, output }))
    }),
  }
}
